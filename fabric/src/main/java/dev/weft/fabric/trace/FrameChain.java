package dev.weft.fabric.trace;

import java.util.HexFormat;

/**
 * The hash chain over the recorded frames of one session in one process, from the mark that begins
 * it: each link is the SHA-256 of the link before and the frame's record, the first of zeros. Not
 * threadsafe.
 */
public final class FrameChain {

  private static final int BYTES = 32;

  private byte[] link = new byte[BYTES];
  private long frames;

  /** Goes on by one frame. */
  public void add(byte[] record) {
    var sha = TensorDigest.sha256();
    sha.update(link);
    link = sha.digest(record);
    frames++;
  }

  /** How many frames it has. */
  public long frames() {
    return frames;
  }

  /** The last link, in lower-case hexadecimal. */
  public String hash() {
    return HexFormat.of().formatHex(link);
  }
}
