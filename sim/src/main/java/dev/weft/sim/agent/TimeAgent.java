package dev.weft.sim.agent;

import java.lang.instrument.Instrumentation;

/**
 * Rewrites Akka's classes as they are loaded, so that they ask {@link WorldTime}. Started by the
 * JVM's {@code -javaagent}, before anything of Akka's is loaded; changes nothing on disk.
 */
public final class TimeAgent {

  private TimeAgent() {}

  /** Called by the JVM. */
  public static void premain(String arguments, Instrumentation jvm) {
    jvm.addTransformer(new TimeRewriting());
    WorldTime.installed();
  }
}
