package dev.weft.fabric.manifest;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Priority class of a frame, most urgent first; each lane has bounds of its own. */
public enum Lane {
  PERCEPTION,
  INTERACTIVE,
  BACKGROUND,
  SHADOW;

  /** As manifests write it, for example {@code perception}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Lane> of(String word) {
    return Arrays.stream(values()).filter(lane -> lane.word().equals(word)).findFirst();
  }
}
