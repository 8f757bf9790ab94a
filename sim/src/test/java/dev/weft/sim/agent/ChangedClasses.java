package dev.weft.sim.agent;

import java.lang.instrument.ClassDefinition;
import java.lang.instrument.UnmodifiableClassException;
import java.util.Arrays;
import java.util.Map;

/** Classes that do something else for a while, in all of this JVM. */
public final class ChangedClasses {

  private ChangedClasses() {}

  /** Whether classes can be changed: not while JaCoCo has added methods to them. */
  public static boolean arePossible() {
    return Arrays.stream(ChangedClasses.class.getDeclaredMethods())
        .noneMatch(method -> method.getName().contains("jacoco"));
  }

  /**
   * Has some classes run other code from their methods' next calls on.
   *
   * @param content class files by what they replace; only the bodies of methods may differ
   */
  public static void become(Map<Class<?>, byte[]> content) {
    var definitions =
        content.entrySet().stream()
            .map(each -> new ClassDefinition(each.getKey(), each.getValue()))
            .toArray(ClassDefinition[]::new);
    try {
      TimeAgent.started().orElseThrow().redefineClasses(definitions);
    } catch (ClassNotFoundException | UnmodifiableClassException e) {
      throw new IllegalArgumentException("cannot change " + content.keySet(), e);
    }
  }
}
