package dev.weft.fabric.negotiation;

import dev.weft.fabric.trace.Fingerprints;
import dev.weft.stages.quantize.ByteProducts;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a node can do that variants may need, as words: its processor's architecture and features as
 * the kernel names them, and {@link ByteProducts#NEED} where products of bytes are added up
 * exactly.
 */
public record NodeAbilities(SortedSet<String> words) {

  public NodeAbilities {
    words = Collections.unmodifiableSortedSet(new TreeSet<>(words));
  }

  /**
   * @param cpu the architecture and the features that decide which kernels run
   */
  public static NodeAbilities of(Collection<String> cpu) {
    var words = new TreeSet<>(cpu);
    if (ByteProducts.of(cpu) == ByteProducts.EXACT) {
      words.add(ByteProducts.NEED);
    }
    return new NodeAbilities(words);
  }

  /** Those of the machine this runs on. */
  public static NodeAbilities here() {
    return of(Fingerprints.here().cpu());
  }
}
