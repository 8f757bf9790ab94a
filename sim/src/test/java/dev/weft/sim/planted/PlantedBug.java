package dev.weft.sim.planted;

import java.lang.classfile.CodeTransform;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * One bug, planted into one class when it is loaded.
 *
 * @param name what it does, as a phrase
 * @param scenario the scenario that must find it
 * @param seedsMax within how many seeds, from 1 on
 * @param className the class it is planted into
 * @param edits one for each method that is changed
 */
record PlantedBug(String name, String scenario, int seedsMax, String className, List<Edit> edits) {

  /**
   * A change of one method.
   *
   * @param method its name; lambdas have those the compiler gives them
   * @param change what becomes of its instructions
   */
  record Edit(String method, Change change) {}

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
