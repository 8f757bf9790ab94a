package dev.weft.fabric.reading;

import dev.weft.fabric.manifest.Fallback;
import dev.weft.fabric.manifest.Reach;
import dev.weft.fabric.manifest.Reach.Cached;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.problem.Findings;
import java.util.List;
import java.util.Optional;

/** Makes a {@link Reach} of a document, and the residency of any. */
final class ReachReader {

  private static final String RESIDENCY = "residency";
  private static final String FALLBACK = "fallback";

  private final Findings findings;

  ReachReader(Findings findings) {
    this.findings = findings;
  }

  Reach read(YamlObject root) {
    return new Reach(residency(root), fallback(root), root.object("cached").flatMap(this::cached));
  }

  /** What a document says of where it may be; anywhere if nothing. */
  static Residency residency(YamlObject root) {
    return switch (root.value(RESIDENCY, Object.class).orElse("")) {
      case List<?> zones -> Residency.within(zones.stream().map(String.class::cast).toList());
      case String word when word.equals(Residency.DEVICE_ONLY) -> Residency.onDevice();
      default -> Residency.anywhere();
    };
  }

  private static List<Fallback> fallback(YamlObject root) {
    return root.has(FALLBACK)
        ? root.list(FALLBACK, String.class).stream()
            .map(word -> YamlObject.constant(Fallback.class, word))
            .toList()
        : List.of();
  }

  /** Nothing if it is wrong in itself, which has been reported then. */
  private Optional<Cached> cached(YamlObject object) {
    if (findings.isBroken(object.path())) {
      return Optional.empty();
    }
    return Optional.of(
        new Cached(
            object.constant("by", Cached.By.class),
            object.duration("maxAge").orElseThrow(),
            object.whole("maxAnswers")));
  }
}
