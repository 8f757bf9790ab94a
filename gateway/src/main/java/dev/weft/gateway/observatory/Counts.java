package dev.weft.gateway.observatory;

import dev.weft.gateway.word.Words;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** A count for each constant of an enumeration. Threadsafe; who counts never waits. */
final class Counts<E extends Enum<E>> {

  private final E[] constants;
  private final LongAdder[] counts;

  Counts(Class<E> type) {
    this.constants = type.getEnumConstants();
    this.counts = new LongAdder[constants.length];
    for (var i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  void add(E constant) {
    counts[constant.ordinal()].increment();
  }

  /** What was counted so far, by the word of the constant; those at 0 are left out. */
  Map<String, Long> read() {
    var read = new TreeMap<String, Long>();
    for (var constant : constants) {
      var count = counts[constant.ordinal()].sum();
      if (count > 0) {
        read.put(Words.of(constant), count);
      }
    }
    return read;
  }
}
