package dev.weft.gateway.tracing;

import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which requests are traced: by what is set for their model, or else for all, or else as
 * configured. Threadsafe; who asks for a rule meets no lock.
 */
final class TraceRules {

  /** Most models for which something is set. */
  private static final int MODELS_MAX = 1000;

  /** What holds at one instant. */
  private record Now(TraceRule all, Map<String, TraceRule> models) {}

  private final Sampling sampling;
  private final Map<String, TraceOverride> set = new HashMap<>();
  private TraceOverride setForAll = TraceOverride.none();
  private volatile Now now;

  TraceRules(Sampling sampling) {
    this.sampling = sampling;
    this.now = new Now(TraceRule.of(sampling), Map.of());
  }

  /** Whether it matters of which model a request is. */
  boolean areByModel() {
    return !now.models.isEmpty();
  }

  /** Whether something is set for this model, whether there is one or not. */
  boolean areSetFor(String model) {
    return now.models.containsKey(model);
  }

  /** For requests whose model has none of its own, or is not known. */
  TraceRule all() {
    return now.all;
  }

  TraceRule of(String model) {
    var known = now;
    return known.models.isEmpty() ? known.all : known.models.getOrDefault(model, known.all);
  }

  /**
   * @param model empty for all that have no settings of their own
   */
  Map<String, Object> settings(Optional<String> model) {
    return TraceSettings.of(model.map(this::of).orElse(all()), sampling.beginsOneOf());
  }

  /**
   * Changes settings, of all models or of one.
   *
   * @throws ProtocolException if one cannot be so; nothing is changed then
   */
  synchronized Map<String, Object> change(Optional<String> model, Map<String, ?> asked) {
    var shown = settings(model);
    if (model.isEmpty()) {
      setForAll = TraceSettings.changed(setForAll, asked, shown);
    } else {
      var name = model.get();
      var before = set.getOrDefault(name, TraceOverride.none());
      var next = TraceSettings.changed(before, asked, shown);
      if (next.isNone()) {
        set.remove(name);
      } else if (set.containsKey(name) || set.size() < MODELS_MAX) {
        set.put(name, next);
      } else {
        throw new ProtocolException(
            Fault.INVALID,
            "model '%s': %d models have trace settings of their own (expected: fewer; null clears one)"
                .formatted(name, MODELS_MAX));
      }
    }
    var all = setForAll.over(TraceRule.of(sampling));
    var models = new HashMap<String, TraceRule>();
    set.forEach((name, override) -> models.put(name, override.over(all)));
    now = new Now(all, Map.copyOf(models));
    return settings(model);
  }
}
