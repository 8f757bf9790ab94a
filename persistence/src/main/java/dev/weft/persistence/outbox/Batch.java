package dev.weft.persistence.outbox;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Everything tagged of one source with a number above {@code after} and up to {@link #last}.
 *
 * @param source {@code [a-z0-9-]}, up to 64 characters
 * @param after through which the receiver has everything already
 * @param items at least one, by ascending number
 */
public record Batch(String source, long after, List<BatchItem> items) {

  private static final Pattern SOURCE = Pattern.compile("[a-z0-9-]{1,64}");

  public Batch {
    items = List.copyOf(items);
    if (!SOURCE.matcher(source).matches()) {
      throw new IllegalArgumentException(
          "source: '%s' (expected: 1 to 64 of a-z, 0-9, -)".formatted(source));
    }
    if (after < 0 || items.isEmpty()) {
      throw new IllegalArgumentException(
          "batch: after %d, %d items (expected: >= 0, >= 1)".formatted(after, items.size()));
    }
    var before = after;
    for (var item : items) {
      if (item.number() <= before) {
        throw new IllegalArgumentException(
            "number: %d after %d (expected: ascending)".formatted(item.number(), before));
      }
      before = item.number();
    }
  }

  /** The number of its last item. */
  public long last() {
    return items.getLast().number();
  }

  /** The part with numbers above {@code number}, which must be below {@link #last}. */
  Batch beyond(long number) {
    return new Batch(
        source, number, items.stream().filter(item -> item.number() > number).toList());
  }
}
