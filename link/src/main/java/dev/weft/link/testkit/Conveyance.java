package dev.weft.link.testkit;

import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Brings bytes from one socket to another, one way, until either ends. Two threads: one reads, one
 * writes.
 */
final class Conveyance {

  private static final int CHUNK_BYTES = 16 << 10;

  /** What is on its way while it is delayed; a reader waits beyond it, as in a full network. */
  private static final int CHUNKS_MAX = 256;

  private static final long LOOK_MILLIS = 50;

  private final Socket from;
  private final Socket to;
  private final Shape shape;
  private final BlockingQueue<Chunk> under = new ArrayBlockingQueue<>(CHUNKS_MAX);
  private volatile boolean isWritten;

  /**
   * @param bytes empty at the end
   */
  private record Chunk(byte[] bytes, long dueNanos) {}

  Conveyance(Socket from, Socket to, Shape shape) {
    this.from = from;
    this.to = to;
    this.shape = shape;
  }

  void run() {
    var writer = Thread.ofVirtual().name("fault-proxy-writer").start(this::write);
    try {
      read();
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      writer.interrupt();
    }
  }

  private void read() throws InterruptedException {
    try {
      var in = from.getInputStream();
      var buffer = new byte[CHUNK_BYTES];
      while (true) {
        var count = in.read(buffer, 0, shape.chunk(CHUNK_BYTES));
        if (count < 0) {
          break;
        }
        if (!shape.isDropping) {
          var due = shape.dueNanos(count, System.nanoTime());
          if (!put(new Chunk(Arrays.copyOf(buffer, count), due))) {
            return;
          }
          TimeUnit.NANOSECONDS.sleep(shape.pauseNanos(System.nanoTime()));
        }
      }
    } catch (IOException _) {
      // The other side has gone; so does this one.
    }
    put(new Chunk(new byte[0], System.nanoTime()));
  }

  /** False if nobody writes any more. */
  private boolean put(Chunk chunk) throws InterruptedException {
    while (!isWritten) {
      if (under.offer(chunk, LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        return true;
      }
    }
    return false;
  }

  private void write() {
    try {
      var out = to.getOutputStream();
      while (true) {
        var chunk = under.take();
        if (chunk.bytes().length == 0) {
          return;
        }
        var wait = chunk.dueNanos() - System.nanoTime();
        if (wait > 0) {
          TimeUnit.NANOSECONDS.sleep(wait);
        }
        if (!shape.isDropping) {
          out.write(chunk.bytes());
        }
      }
    } catch (IOException e) {
      close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      isWritten = true;
    }
  }

  /** Wakes the reader. */
  private void close() {
    try {
      from.close();
    } catch (IOException _) {
      // It is closed all the same.
    }
  }
}
