package dev.weft.gateway.repository;

import dev.weft.fabric.embedded.WeftException;
import dev.weft.gateway.access.Caller;
import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;
import dev.weft.gateway.reload.Reloads;
import dev.weft.stages.spi.ErrorCode;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * The models of a server as clients load and unload them, if what it serves lets them. A name is
 * only ever looked up among the models there are; no path is made of it. Threadsafe.
 */
public final class Repository {

  /** As the protocol names what is offered where there is a desk. */
  public static final List<String> EXTENSIONS =
      List.of("model_repository", "model_repository(unload_dependents)");

  private static final Logger LOG = System.getLogger(Repository.class.getName());

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");

  /** As they could feign lines of a log. */
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

  private static final String DEPENDENTS = "unload_dependents";
  private static final int SHOWN_MAX = 80;

  private final Optional<RepositoryDesk> desk;
  private final Reloads reloads;
  private final BooleanSupplier isDraining;

  /**
   * @param desk empty where what is served is not from files that are looked at
   * @param reloads told who asked for what, and what became of it
   * @param isDraining whether nothing is to change any more, as the server ends
   */
  public Repository(Optional<RepositoryDesk> desk, Reloads reloads, BooleanSupplier isDraining) {
    this.desk = desk;
    this.reloads = reloads;
    this.isDraining = isDraining;
  }

  public boolean isOffered() {
    return desk.isPresent();
  }

  /** The models of served files that were taken out, by name. */
  public List<String> unloaded() {
    return desk.map(RepositoryDesk::unloaded).orElse(List.of());
  }

  /**
   * Takes a model in as its files are now, and notes who asked for it.
   *
   * @param caller may do so
   * @param parameters of the request; there is none that a model can be loaded with
   * @throws ProtocolException if the name or a parameter cannot be so, or there is no desk
   * @throws WeftException as {@link RepositoryDesk#load}, and with {@link ErrorCode#UNAVAILABLE}
   *     once the server drains
   */
  public void load(Caller caller, String model, Map<String, ?> parameters) {
    act(
        caller,
        "load",
        model,
        name -> {
          requireName(name);
          requireNone(name, parameters);
          return desk().load(name);
        });
  }

  private static void requireNone(String model, Map<String, ?> parameters) {
    for (var name : parameters.keySet()) {
      throw new ProtocolException(
          Fault.NOT_OFFERED,
          "model '%s': parameter '%s' (expected: none; a model is loaded as the served files have it,"
                  .formatted(model, shown(name))
              + " which pin what it is made of)");
    }
  }

  /**
   * Takes a model out, and notes who asked for it. No model depends on another, so that what is
   * asked of dependents makes no difference.
   *
   * @param caller may do so
   * @throws ProtocolException if the name or a parameter cannot be so, or there is no desk
   * @throws WeftException as {@link RepositoryDesk#unload}, and with {@link ErrorCode#UNAVAILABLE}
   *     once the server drains
   */
  public void unload(Caller caller, String model, Map<String, ?> parameters) {
    act(
        caller,
        "unload",
        model,
        name -> {
          requireName(name);
          requireDependentsOnly(name, parameters);
          return desk().unload(name);
        });
  }

  private static void requireDependentsOnly(String model, Map<String, ?> parameters) {
    parameters.forEach(
        (name, value) -> {
          if (!name.equals(DEPENDENTS) || !(value instanceof Boolean)) {
            throw new ProtocolException(
                Fault.INVALID,
                "model '%s': parameter '%s': %s (expected: '%s', true or false)"
                    .formatted(model, shown(name), shown(String.valueOf(value)), DEPENDENTS));
          }
        });
  }

  private void act(Caller caller, String verb, String model, UnaryOperator<String> deed) {
    var asked = "'%s' asked to %s model '%s'".formatted(caller.name(), verb, shown(model));
    try {
      if (isDraining.getAsBoolean()) {
        throw new WeftException(
            ErrorCode.UNAVAILABLE, "shutting down (expected: a server that is not)");
      }
      var changed = deed.apply(model);
      if (!changed.isEmpty()) {
        LOG.log(Level.WARNING, "{0}: {1}", asked, changed);
      }
      reloads.asked(asked + ": " + (changed.isEmpty() ? "as it was" : changed));
    } catch (RuntimeException e) {
      var why = e.getMessage();
      var told = asked + ": refused: " + (why == null ? e.toString() : why);
      reloads.asked(UNPRINTABLE.matcher(told).replaceAll("?"));
      throw e;
    }
  }

  private static void requireName(String model) {
    if (!NAME.matcher(model).matches() || model.contains("..")) {
      throw new ProtocolException(
          Fault.INVALID,
          "model: '%s' (expected: a name of letters, digits, '.', '_' and '-', without '..')"
              .formatted(shown(model)));
    }
  }

  private RepositoryDesk desk() {
    return desk.orElseThrow(
        () ->
            new ProtocolException(
                Fault.NOT_OFFERED,
                "models are not loaded and unloaded by clients here (expected: 'weft serve', which"
                    + " looks at the files it serves)"));
  }

  private static String shown(String text) {
    return text.length() > SHOWN_MAX ? text.substring(0, SHOWN_MAX) + "..." : text;
  }
}
