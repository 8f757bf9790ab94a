package dev.weft.gateway.region;

import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;
import dev.weft.gateway.protocol.SharedMemory;
import dev.weft.gateway.protocol.SharedPlace;
import dev.weft.gateway.region.Regions.Registered;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** The regions of one tenant as his requests use them. */
record TenantMemory(Regions regions, String tenant) implements SharedMemory {

  @Override
  public void require(String tensor, SharedPlace at) {
    find(tensor, at);
  }

  private Registered find(String tensor, SharedPlace at) {
    var found = regions.find(tenant, at.region());
    if (found == null) {
      throw new ProtocolException(
          Fault.INVALID,
          "%s: region '%s': not registered (expected: one that is)".formatted(tensor, at.region()));
    }
    var bytes = found.region().bytes();
    if (at.offset() > bytes || at.bytes() > bytes - at.offset()) {
      throw new ProtocolException(
          Fault.INVALID,
          "%s: region '%s': %d bytes at %d (expected: within its %d)"
              .formatted(tensor, at.region(), at.bytes(), at.offset(), bytes));
    }
    return found;
  }

  @Override
  public void read(String tensor, SharedPlace at, ByteBuffer target) {
    var found = find(tensor, at);
    var position = found.region().offset() + at.offset();
    try (var channel = found.file().open(position + target.remaining())) {
      while (target.hasRemaining()) {
        var count = channel.read(target, position);
        if (count < 0) {
          throw new ProtocolException(
              Fault.TRUNCATED,
              "%s: region '%s': its file was cut while it was read (expected: %d more bytes)"
                  .formatted(tensor, at.region(), target.remaining()));
        }
        position += count;
      }
    } catch (IOException e) {
      throw Regions.unusable(found.region(), e);
    }
  }

  @Override
  public void write(String tensor, SharedPlace at, ByteBuffer content) {
    var found = find(tensor, at);
    var position = found.region().offset() + at.offset();
    try (var channel = found.file().open(position + content.remaining())) {
      write(tensor, at, channel, content, position);
    } catch (IOException e) {
      throw Regions.unusable(found.region(), e);
    }
  }

  private static void write(
      String tensor, SharedPlace at, FileChannel channel, ByteBuffer content, long from) {
    var position = from;
    try {
      while (content.hasRemaining()) {
        position += channel.write(content, position);
      }
    } catch (IOException e) {
      // A file has its length before it has memory, which may be gone by now.
      throw new ProtocolException(
          Fault.NO_MEMORY,
          "%s: region '%s': cannot be written (expected: room in shared memory)"
              .formatted(tensor, at.region()),
          e);
    }
  }
}
