package dev.weft.fabric.manifest;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a stage's owner promises it takes.
 *
 * @param p95 time of one run that 95 of 100 stay under; what admission counts with until it has
 *     seen runs itself
 * @param memoryBytes memory of one loaded variant, in bytes
 * @param hang time of one run after which it is given up as hung; empty for the node's setting
 */
public record Budget(Optional<Duration> p95, OptionalLong memoryBytes, Optional<Duration> hang) {

  public static Budget unstated() {
    return new Budget(Optional.empty(), OptionalLong.empty(), Optional.empty());
  }
}
