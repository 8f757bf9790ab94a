package dev.weft.persistence.mirror;

import dev.weft.persistence.segment.MirrorPosition;
import java.util.Optional;

/**
 * What a standby asks: "this I have; what comes next?"
 *
 * @param source it mirrors; empty if it does not know that yet
 * @param position what it has on its disk
 * @param trouble why it cannot take more now, for people
 */
public record Pull(Optional<String> source, MirrorPosition position, Optional<String> trouble) {

  /** Of one that has nothing and knows nothing. */
  public static Pull first() {
    return new Pull(Optional.empty(), MirrorPosition.START, Optional.empty());
  }
}
