package dev.weft.stages.quantize;

import java.util.Collection;
import java.util.Set;

/**
 * How a processor adds up products of unsigned and signed bytes, which int8 models are made of.
 *
 * <p>x86 without VNNI instructions adds two of them up in 16 bits and cuts off what does not fit:
 * weights of 8 bits give wrong sums there, those of 7 bits do not. ARM widens first.
 */
public enum ByteProducts {
  EXACT,
  SATURATING;

  /** What a variant needs of a node, in its manifest, if it computes in full bytes. */
  public static final String NEED = "exact-int8";

  private static final Set<String> X86 = Set.of("amd64", "x86_64", "i386", "x86");

  /**
   * @param cpu the architecture and the processor's features, as the kernel names them
   */
  public static ByteProducts of(Collection<String> cpu) {
    var isX86 = cpu.stream().anyMatch(X86::contains);
    return !isX86 || cpu.stream().anyMatch(feature -> feature.endsWith("vnni"))
        ? EXACT
        : SATURATING;
  }
}
