package dev.weft.persistence.mirror;

import dev.weft.persistence.outbox.UploadTags;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whose buffer it is, and how its records go elsewhere: what a standby needs to send them in the
 * owner's place.
 *
 * @param source what the buffer is called, apart from its sinks; {@code [a-z0-9-]}, up to 64
 */
public record Terms(String source, Optional<Upload> upload) {

  private static final Pattern SOURCE = Pattern.compile("[a-z0-9-]{1,64}");

  public Terms {
    if (!SOURCE.matcher(source).matches()) {
      throw new IllegalArgumentException(
          "source: '%s' (expected: 1 to 64 of a-z, 0-9, -)".formatted(source));
    }
  }

  /**
   * Where records go.
   *
   * @param destination as people write it
   * @param sink the name of its cursor
   * @param tags what of the buffer goes there
   */
  public record Upload(String destination, String sink, UploadTags tags) {}
}
