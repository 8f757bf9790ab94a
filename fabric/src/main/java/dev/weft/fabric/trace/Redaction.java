package dev.weft.fabric.trace;

import dev.weft.stages.spi.TensorSpec;
import java.util.Optional;

/**
 * Decides what is kept of a tensor's content, for example with faces blurred. Called on the
 * recorder's thread.
 *
 * <p>The digest stays that of what ran. A frame whose inputs were changed can be shown, not
 * replayed.
 */
@FunctionalInterface
public interface Redaction {

  /** Keeps everything as it was. */
  Redaction NONE = (_, _, _, content) -> Optional.of(content);

  /**
   * What is kept of an input or output.
   *
   * @param content not to be changed; give it back to keep it as it was
   * @return empty to keep nothing
   */
  Optional<byte[]> kept(String pipeline, String tenant, TensorSpec tensor, byte[] content);
}
