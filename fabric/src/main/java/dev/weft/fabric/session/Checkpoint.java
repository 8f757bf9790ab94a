package dev.weft.fabric.session;

import java.util.HexFormat;

/**
 * How far a session's frames are known to be in the trace.
 *
 * @param lastFrame number of the last such frame of the present epoch, 0 before the first
 * @param traceHash SHA-256 of the trace after it, in hexadecimal; empty before the first
 * @param frames such frames of all epochs
 */
public record Checkpoint(long lastFrame, String traceHash, long frames) {

  private static final int HASH_CHARACTERS = 64;

  static Checkpoint none() {
    return new Checkpoint(0, "", 0);
  }

  /** Of a new epoch, whose frames are numbered from 1 again. */
  Checkpoint ofNewEpoch() {
    return new Checkpoint(0, "", frames);
  }

  Checkpoint after(long from, long to, String hash) {
    return new Checkpoint(to, hash, frames + to - from + 1);
  }

  static boolean isHash(String text) {
    return text.length() == HASH_CHARACTERS && text.chars().allMatch(HexFormat::isHexDigit);
  }
}
