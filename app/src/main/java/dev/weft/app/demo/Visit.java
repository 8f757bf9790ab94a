package dev.weft.app.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What one visitor brings to the kiosk, and what is known about it.
 *
 * @param number from 1
 */
record Visit(int number, Picture picture, Clip clip, Sentence sentence) {

  /**
   * @param lines the text in it, top to bottom
   */
  record Picture(Path file, List<String> lines) {
    Picture {
      lines = List.copyOf(lines);
    }
  }

  /**
   * @param speech when somebody speaks; empty if nobody does
   */
  record Clip(Path file, List<Span> speech) {
    Clip {
      speech = List.copyOf(speech);
    }
  }

  /** From when to when, in seconds. */
  record Span(double start, double end) {

    /** Reads for example {@code 0.5-2.2}. */
    static Optional<Span> parse(String text) {
      var parts = text.split("-", -1);
      try {
        return parts.length == 2
            ? Optional.of(new Span(Double.parseDouble(parts[0]), Double.parseDouble(parts[1])))
            : Optional.empty();
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }

    @Override
    public String toString() {
      return "%.1f-%.1f s".formatted(start, end);
    }
  }

  record Sentence(String text, String intent) {}
}
