package dev.weft.fabric.manifest;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a stage's owner promises it takes.
 *
 * @param p95 time of one run that 95 of 100 stay under
 * @param memoryBytes memory of one loaded variant, in bytes
 */
public record Budget(Optional<Duration> p95, OptionalLong memoryBytes) {

  public static Budget unstated() {
    return new Budget(Optional.empty(), OptionalLong.empty());
  }
}
