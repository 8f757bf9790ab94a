package dev.weft.sim.agent;

import java.lang.instrument.Instrumentation;
import java.util.Optional;

/**
 * Rewrites Akka's classes as they are loaded, so that they ask {@link WorldTime}. Started by the
 * JVM's {@code -javaagent}, before anything of Akka's is loaded; changes nothing on disk.
 */
public final class TimeAgent {

  private static volatile Optional<Instrumentation> started = Optional.empty();

  private TimeAgent() {}

  /** Called by the JVM. */
  public static void premain(String arguments, Instrumentation jvm) {
    jvm.addTransformer(new TimeRewriting());
    started = Optional.of(jvm);
    WorldTime.installed();
  }

  /** Who may change classes of this JVM, for tests that do; empty if it was started without. */
  static Optional<Instrumentation> started() {
    return started;
  }
}
