package dev.weft.sim.planted;

import java.lang.classfile.CodeTransform;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * One bug, planted into the bodies of methods.
 *
 * @param name what it does, as a phrase
 * @param scenario the scenario that must find it
 * @param seedsMax within how many seeds, from 1 on
 * @param className the class it is planted into, but for edits that name another
 * @param edits one for each method that is changed
 */
record PlantedBug(String name, String scenario, int seedsMax, String className, List<Edit> edits) {

  /**
   * A change of one method.
   *
   * @param elsewhere another class than the bug's, empty for that
   * @param method its name; lambdas have those the compiler gives them
   * @param change what becomes of its instructions
   */
  record Edit(Optional<String> elsewhere, String method, Change change) {
    Edit(String method, Change change) {
      this(Optional.empty(), method, change);
    }

    static Edit in(String className, String method, Change change) {
      return new Edit(Optional.of(className), method, change);
    }
  }

  /** A change of instructions that counts the places it changed. */
  interface Change {
    CodeTransform transform(Hits hits);
  }

  /** How many places were changed. */
  static final class Hits implements IntSupplier {
    private int count;

    /** Counts one more; answers its number, from 1 on. */
    int next() {
      return ++count;
    }

    @Override
    public int getAsInt() {
      return count;
    }
  }

  PlantedBug {
    edits = List.copyOf(edits);
  }

  @Override
  public String toString() {
    return name;
  }
}
