package dev.weft.fabric.trace;

import dev.weft.persistence.disk.DiskException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A trace in one file that can be carried away: entries behind their lengths, chained by their
 * hashes from the first to the last. {@code weft/trace/v1/trace.proto} is its schema.
 */
public final class TraceFile {

  /** Most bytes of one entry. */
  private static final int ENTRY_MAX = 1 << 30;

  private static final int BUFFER_BYTES = 1 << 16;

  /** Most bytes of a length before an entry. */
  private static final int LENGTH_BYTES_MAX = 5;

  private TraceFile() {}

  /**
   * Begins a new file.
   *
   * @throws TraceException if it is there already, or cannot be written
   */
  public static TraceSink create(Path file, Instant now) {
    try {
      return new Writer(file, now);
    } catch (IOException e) {
      throw new TraceException(
          "%s: %s (expected: a new file)".formatted(file, DiskException.words(e)), e);
    }
  }

  /**
   * Opens a file for one reading from its begin.
   *
   * @throws TraceException if it is no trace file, or of a newer format
   */
  public static Reader open(Path file) {
    try {
      return new Reader(file);
    } catch (IOException e) {
      throw new TraceException(
          "%s: %s (expected: a trace file)".formatted(file, DiskException.words(e)), e);
    }
  }

  private static final class Writer implements TraceSink {

    private final Path file;
    private final FileChannel out;
    private EntryCodec entries = new EntryCodec();
    private long end;
    private boolean closed;

    Writer(Path file, Instant now) throws IOException {
      this.file = file;
      this.out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      try {
        write(codec -> codec.header(now));
      } catch (IOException e) {
        out.close();
        Files.deleteIfExists(file);
        throw e;
      }
    }

    @Override
    public void append(TraceRecord record, String retention) {
      var encoded = TraceCodec.encode(record);
      try {
        write(codec -> codec.entry(encoded));
      } catch (IOException e) {
        throw failed(e, "room to write; what stands before can be read");
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      if (closed) {
        return;
      }
      closed = true;
      try (out) {
        write(EntryCodec::footer);
      } catch (IOException e) {
        throw failed(e, "room for its end; what stands before can be read");
      }
    }

    /** Writes one entry, or leaves the file, and the chain, as they were. */
    private void write(Function<EntryCodec, byte[]> link) throws IOException {
      var chained = entries.copy();
      var entry = link.apply(chained);
      var bytes = ByteBuffer.allocate(LENGTH_BYTES_MAX + entry.length);
      var length = entry.length;
      while (length > 0x7f) {
        bytes.put((byte) (length & 0x7f | 0x80));
        length >>>= 7;
      }
      bytes.put((byte) length).put(entry).flip();
      try {
        for (var at = end; bytes.hasRemaining(); ) {
          at += out.write(bytes, at);
        }
      } catch (IOException e) {
        out.truncate(end);
        throw e;
      }
      end += bytes.limit();
      entries = chained;
    }

    private TraceException failed(IOException e, String expected) {
      return new TraceException(
          "%s: %s (expected: %s)".formatted(file, DiskException.words(e), expected), e);
    }
  }

  /** Reads a file from its begin to its end, checking the chain on the way. */
  public static final class Reader implements TraceSource {

    private final Path file;
    private final InputStream in;
    private final RandomAccessFile contents;
    private final EntryCodec entries = new EntryCodec();
    private final Map<String, Place> places = new HashMap<>();
    private final Instant begun;
    private long offset;
    private boolean ended;

    /** Where an entry lies. */
    private record Place(long offset, int length) {}

    Reader(Path file) throws IOException {
      this.file = file;
      this.contents = new RandomAccessFile(file.toFile(), "r");
      this.in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
      var header = record(0);
      if (header.isEmpty()) {
        throw at(0, new TraceException("empty (expected: a header)"));
      }
      try {
        this.begun = EntryCodec.begun(header.get());
      } catch (TraceException e) {
        throw at(0, e);
      }
    }

    /** When it was begun. */
    public Instant begun() {
      return begun;
    }

    /** Records read so far, header and footer among them. */
    public long records() {
      return entries.records();
    }

    /** Bytes read so far. */
    public long offset() {
      return offset;
    }

    /**
     * @throws TraceException naming the place, if the file was changed or cut
     */
    @Override
    public Optional<TraceRecord> next() {
      if (ended) {
        return Optional.empty();
      }
      var from = offset;
      var record = record(from);
      try {
        if (record.isEmpty()) {
          throw new TraceException("the end (expected: a footer; the file was cut or is not done)");
        }
        if (entries.isFooter(record.get())) {
          ended = true;
          if (in.read() >= 0) {
            throw new TraceException("bytes behind the footer (expected: the end)");
          }
          return Optional.empty();
        }
        var told = TraceCodec.decode(record.get());
        if (told instanceof TraceRecord.Content content) {
          keep(content, from);
        }
        return Optional.of(told);
      } catch (TraceException e) {
        throw at(from, e);
      } catch (IOException e) {
        throw at(from, new TraceException(DiskException.words(e), e));
      }
    }

    @Override
    public Optional<byte[]> content(TensorRecord tensor) {
      return switch (tensor.kept()) {
        case TensorRecord.NotKept _, TensorRecord.Redacted _ -> Optional.empty();
        case TensorRecord.Inline(var bytes) -> Optional.of(bytes);
        case TensorRecord.Beside(var digest) -> Optional.of(content(digest));
      };
    }

    /**
     * Whether a content was read.
     *
     * @return true
     * @throws TraceException if it was not
     */
    public boolean has(String digest) {
      place(digest);
      return true;
    }

    private Place place(String digest) {
      var place = places.get(digest);
      if (place == null) {
        throw new TraceException(
            "%s: content %s is not there (expected: before what refers to it)"
                .formatted(file, digest));
      }
      return place;
    }

    private byte[] content(String digest) {
      var place = place(digest);
      try {
        var entry = new byte[place.length()];
        contents.seek(place.offset());
        contents.readFully(entry);
        var bytes = EntryCodec.content(entry);
        if (!TensorDigest.of(bytes).equals(digest)) {
          throw at(place.offset(), new TraceException("content (expected: digest " + digest + ")"));
        }
        return bytes;
      } catch (IOException e) {
        throw at(place.offset(), new TraceException(DiskException.words(e), e));
      }
    }

    private void keep(TraceRecord.Content content, long from) {
      if (!TensorDigest.of(content.bytes()).equals(content.digest())) {
        throw new TraceException("content (expected: digest %s)".formatted(content.digest()));
      }
      var length = (int) (offset - from);
      var prefix = 1;
      while (length - prefix > (1L << 7 * prefix) - 1) {
        prefix++;
      }
      places.put(content.digest(), new Place(from + prefix, length - prefix));
    }

    /** The next record; empty at the end of the file. */
    private Optional<byte[]> record(long from) {
      try {
        var length = length();
        if (length < 0) {
          return Optional.empty();
        }
        var entry = in.readNBytes(length);
        offset += entry.length;
        if (entry.length < length) {
          throw new TraceException(
              "%d bytes (expected: the %d of an entry; the file was cut)"
                  .formatted(entry.length, length));
        }
        return Optional.of(entries.record(entry));
      } catch (TraceException e) {
        throw at(from, e);
      } catch (IOException e) {
        throw at(from, new TraceException(DiskException.words(e), e));
      }
    }

    /** The length before the next entry; -1 at the end of the file. */
    private int length() throws IOException {
      var length = 0L;
      for (var shift = 0; shift < 35; shift += 7) {
        var next = in.read();
        if (next < 0 && shift == 0) {
          return -1;
        }
        if (next < 0) {
          throw new TraceException("the end within a length (expected: an entry)");
        }
        offset++;
        length |= (long) (next & 0x7f) << shift;
        if ((next & 0x80) == 0) {
          if (length > ENTRY_MAX || next == 0 && shift > 0) {
            break;
          }
          return (int) length;
        }
      }
      throw new TraceException(
          "length: %d (expected: <= %d, in as few bytes as it takes)".formatted(length, ENTRY_MAX));
    }

    private TraceException at(long from, TraceException e) {
      return new TraceException(
          "%s: record %d at byte %d: %s".formatted(file, entries.records(), from, e.getMessage()),
          e);
    }

    @Override
    public void close() {
      try (contents) {
        in.close();
      } catch (IOException e) {
        throw new TraceException(
            "%s: %s (expected: a file to close)".formatted(file, DiskException.words(e)), e);
      }
    }
  }
}
