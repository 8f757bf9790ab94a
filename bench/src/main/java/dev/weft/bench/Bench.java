package dev.weft.bench;

import java.util.function.Consumer;

/**
 * Something that can be measured, as ratios to a baseline in the same run wherever there is one.
 */
public interface Bench {

  /** What a person types after {@code weft bench}. */
  String name();

  /** Whether words may follow the name, such as cases. */
  default boolean takesArguments() {
    return false;
  }

  /** One sentence. */
  String summary();

  /**
   * Measures, and hands over each figure as soon as it is known.
   *
   * @throws BenchException if it cannot run as asked
   */
  void run(BenchOptions options, Consumer<Figure> figures);
}
