package dev.weft.sim.world;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.List;

/**
 * What happened, line by line with its virtual time, and a digest over all of it. Equal digests
 * mean equal runs: every step the scheduler took is in it.
 */
public final class History {

  /** Lines that are kept to be read; older ones are in the digest only. */
  public static final int LINES_MAX = 20_000;

  private static final int TIME_DIGITS = 9;

  private final ArrayDeque<String> lines = new ArrayDeque<>();
  private final MessageDigest digest;
  private long steps;
  private long stepsHash;
  private long left;

  public History() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is in every JDK", e);
    }
  }

  /** Takes note of {@code event} at {@code nanos}. */
  void add(long nanos, String event) {
    var line = seconds(nanos) + "  " + event;
    digest.update(line.getBytes(StandardCharsets.UTF_8));
    lines.add(line);
    if (lines.size() > LINES_MAX) {
      lines.remove();
      left++;
    }
  }

  /**
   * Takes note of a step of the scheduler.
   *
   * @param what hash of what it ran
   */
  void step(long nanos, int what) {
    steps++;
    stepsHash = (stepsHash ^ what ^ nanos) * 0x100000001B3L;
  }

  /** Steps the scheduler took. */
  public long steps() {
    return steps;
  }

  /** SHA-256 over everything so far, shortened to 16 bytes, in hexadecimal. */
  public String digest() {
    try {
      var now = (MessageDigest) digest.clone();
      now.update("%d %d".formatted(steps, stepsHash).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(now.digest(), 0, 16);
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("SHA-256 can be cloned in every JDK", e);
    }
  }

  /** The last lines, oldest first. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  /** Lines that were too many to keep. */
  public long left() {
    return left;
  }

  private static String seconds(long nanos) {
    var digits = Long.toString(nanos);
    var padded = "0".repeat(Math.max(0, TIME_DIGITS + 1 - digits.length())) + digits;
    var at = padded.length() - TIME_DIGITS;
    var whole = padded.substring(0, at);
    return " ".repeat(Math.max(0, 5 - whole.length())) + whole + "." + padded.substring(at, at + 6);
  }
}
