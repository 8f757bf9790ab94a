package dev.weft.link.blob;

import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Peer;
import dev.weft.link.exchange.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Brings a file from another node, in pieces in the least urgent lane. Goes on where an attempt
 * before it ended. The file gets its name when all of it is there and has the right digest, never
 * before.
 */
public final class BlobFetch {

  private static final int PIECE_BYTES = 256 << 10;

  /** Pieces that are asked for at once, so that the way is full while one is written. */
  private static final int AHEAD = 4;

  private static final int LANE = Request.LANES - 1;
  private static final long PAUSE_MILLIS = 50;

  private final Peer peer;
  private final Duration pieceTimeout;
  private final Duration patience;
  private final long bytesMax;

  private record Piece(long offset, CompletableFuture<Answer> answer) {}

  /**
   * @param pieceTimeout for one piece
   * @param patience how long nothing may come before it is given up
   * @param bytesMax of a file
   */
  public BlobFetch(Peer peer, Duration pieceTimeout, Duration patience, long bytesMax) {
    this.peer = peer;
    this.pieceTimeout = pieceTimeout;
    this.patience = patience;
    this.bytesMax = bytesMax;
  }

  /**
   * What was brought.
   *
   * @param fetched bytes that came now; less than the file has if some were there
   */
  public record Fetched(Path file, long bytes, long fetched) {}

  /**
   * Brings a file; waits until it is there.
   *
   * @param file where it shall be; one that is there is believed if its digest is right
   * @throws BlobException if the peer has none, nothing came for too long, it is too large, or what
   *     came has another digest: then that is deleted
   * @throws IOException if the disk would not
   */
  public Fetched fetch(BlobDigest digest, Path file) throws IOException, InterruptedException {
    if (Files.exists(file)) {
      var found = PartFile.digestOf(file);
      if (found.equals(digest)) {
        return new Fetched(file, Files.size(file), 0);
      }
      throw new BlobException("%s: digest %s (expected: %s)".formatted(file, found, digest));
    }
    try (var part = PartFile.open(file)) {
      var before = part.length();
      append(digest, part);
      part.finish(digest);
      return new Fetched(file, part.length(), part.length() - before);
    }
  }

  /**
   * Bytes of a file that are there, whole or not.
   *
   * @throws IOException if that cannot be seen
   */
  public static long arrived(Path file) throws IOException {
    for (var path : List.of(file, PartFile.of(file))) {
      if (Files.exists(path)) {
        return Files.size(path);
      }
    }
    return 0;
  }

  private void append(BlobDigest digest, PartFile part) throws IOException, InterruptedException {
    var ahead = new ArrayDeque<Piece>();
    var total = Long.MAX_VALUE;
    var next = part.length();
    var heard = System.nanoTime();
    try {
      while (part.length() < total) {
        // Before the length is known one piece is asked for; nothing is beyond the end.
        while (ahead.size() < (total == Long.MAX_VALUE ? 1 : AHEAD) && next < total) {
          ahead.add(new Piece(next, ask(digest, next)));
          next += PIECE_BYTES;
        }
        switch (get(ahead.remove().answer())) {
          case Answer.Done(var payload) -> {
            total = append(digest, part, payload);
            heard = System.nanoTime();
            if (part.length() < total && !startsAt(ahead, part.length())) {
              next = restart(ahead, part);
            }
          }
          case Answer.Refused refused -> {
            requirePatience(digest, heard, refused);
            next = restart(ahead, part);
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
          }
        }
      }
    } finally {
      ahead.forEach(each -> each.answer().cancel(true));
    }
  }

  private static boolean startsAt(Deque<Piece> ahead, long offset) {
    return !ahead.isEmpty() && ahead.getFirst().offset() == offset;
  }

  /** Asks anew from where the file ends. */
  private static long restart(Deque<Piece> ahead, PartFile part) {
    ahead.forEach(each -> each.answer().cancel(true));
    ahead.clear();
    return part.length();
  }

  private CompletableFuture<Answer> ask(BlobDigest digest, long offset) {
    var wanted = new BlobCodec.Wanted(digest, offset, PIECE_BYTES);
    return peer.ask(new Request(BlobHandler.KIND, LANE, BlobCodec.request(wanted), pieceTimeout));
  }

  private static Answer get(CompletableFuture<Answer> answer) throws InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an answer that failed", e);
    }
  }

  /** The bytes of the whole. */
  private long append(BlobDigest digest, PartFile part, byte[] payload) throws IOException {
    var piece =
        BlobCodec.piece(payload)
            .orElseThrow(
                () -> new BlobException("%s: not at %s".formatted(digest, peer.address())));
    if (piece.total() > bytesMax || piece.total() < part.length()) {
      throw new BlobException(
          "%s: %d bytes (expected: %d to %d)"
              .formatted(digest, piece.total(), part.length(), bytesMax));
    }
    if (piece.content().length == 0 && part.length() < piece.total()) {
      throw new BlobException(
          "%s: ends at %d (expected: at %d)".formatted(digest, part.length(), piece.total()));
    }
    part.append(piece.content());
    return piece.total();
  }

  private void requirePatience(BlobDigest digest, long heardNanos, Answer.Refused refused)
      throws BlobException {
    var isHopeless =
        switch (refused.reason()) {
          case BUSY, UNREACHABLE, TIMED_OUT, CANCELLED, FORGOTTEN -> false;
          case TOO_LARGE, FAILED, UNKNOWN_KIND, CLOSED -> true;
        };
    if (isHopeless || System.nanoTime() - heardNanos >= patience.toNanos()) {
      throw new BlobException("%s: %s: %s".formatted(digest, refused.reason(), refused.detail()));
    }
  }
}
