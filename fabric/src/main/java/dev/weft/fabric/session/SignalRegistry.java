package dev.weft.fabric.session;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/**
 * The signals that clients of a node may tell: those of its settings, and those declared with its
 * models. Threadsafe.
 */
public final class SignalRegistry {

  private volatile SignalSchema schema;

  private SignalRegistry(SignalSchema schema) {
    this.schema = schema;
  }

  /**
   * With what the settings declare.
   *
   * @throws com.typesafe.config.ConfigException as {@link SignalSchema#from}
   */
  public static SignalRegistry from(Config config) {
    return new SignalRegistry(SignalSchema.from(config));
  }

  /** What may be told now. */
  public SignalSchema schema() {
    return schema;
  }

  /**
   * Lets clients tell {@code more}, too. What is declared stays: sessions may hold it.
   *
   * @throws IllegalArgumentException naming the signals that are declared already, and otherwise;
   *     nothing is declared then
   */
  public synchronized void declare(SignalSchema more) {
    var all = new LinkedHashMap<>(schema.signals());
    var problems = new ArrayList<String>();
    more.signals()
        .forEach(
            (name, signal) -> {
              var before = all.putIfAbsent(name, signal);
              if (before != null && !before.equals(signal)) {
                problems.add("signal '%s': %s (expected: %s)".formatted(name, signal, before));
              }
            });
    if (!problems.isEmpty()) {
      problems.sort(null);
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    schema = new SignalSchema(all);
  }
}
