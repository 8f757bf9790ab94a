package dev.weft.app.tracing;

import dev.weft.fabric.trace.FrameRecord;
import dev.weft.fabric.trace.InboxSource;
import dev.weft.fabric.trace.StoreSource;
import dev.weft.fabric.trace.TensorRecord;
import dev.weft.fabric.trace.TraceException;
import dev.weft.fabric.trace.TraceFile;
import dev.weft.fabric.trace.TraceRecord;
import dev.weft.fabric.trace.TraceSource;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.outbox.InboxReader;
import dev.weft.persistence.outbox.InboxVerifier;
import dev.weft.persistence.segment.SegmentSnapshot;
import dev.weft.persistence.segment.SegmentStore;
import dev.weft.persistence.trace.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * What was recorded of frames, to be read any number of times: a trace file, the folder of an edge
 * buffer, as it is when it is opened, or that of an inbox. Nothing is locked or written, and others
 * may use them meanwhile.
 */
public sealed interface RecordedTrace extends AutoCloseable {

  /**
   * Opens a file or a folder.
   *
   * @throws TraceException if a folder cannot be read
   */
  static RecordedTrace open(Path path) {
    if (!Files.isDirectory(path)) {
      return new OfFile(path);
    }
    try {
      var disk = FolderDisk.toRead(path);
      return SegmentStore.isAt(disk)
          ? new OfFolder(path, SegmentSnapshot.of(disk))
          : new OfInbox(path, disk);
    } catch (IOException e) {
      throw new TraceException("trace folder %s".formatted(e.getMessage()), e);
    }
  }

  /** Whether a folder holds an edge buffer or an inbox. */
  static boolean isFolder(Path path) {
    try {
      if (!Files.isDirectory(path)) {
        return false;
      }
      var disk = FolderDisk.toRead(path);
      return SegmentStore.isAt(disk) || InboxReader.isAt(disk);
    } catch (IOException e) {
      throw new TraceException("trace folder %s".formatted(e.getMessage()), e);
    }
  }

  Path path();

  /**
   * Begins to read the frames wanted, with all they refer to.
   *
   * @throws TraceException if it is no trace
   */
  Reading read(FrameFilter wanted);

  /** Holds what the format itself can check against its checksums; empty for a file. */
  Optional<Verification> verify();

  @Override
  void close();

  /** One way through, from the begin to the end. */
  interface Reading extends TraceSource {

    /** When the trace was begun, if it says so. */
    Optional<Instant> begun();

    /** Records read so far. */
    long records();

    /** Share of the trace read so far, from 0 to 1; 0 if not known. */
    double share();

    /**
     * Whether what a tensor of the last frame held is there, if it was kept beside the frame.
     *
     * @throws TraceException if it was to be kept and is not there
     */
    boolean has(TensorRecord tensor);
  }

  /** In one file. */
  record OfFile(Path path) implements RecordedTrace {

    @Override
    public Reading read(FrameFilter wanted) {
      var reader = TraceFile.open(path);
      try {
        return new FileReading(reader, Files.size(path), wanted);
      } catch (IOException e) {
        reader.close();
        throw new TraceException(
            "%s: %s (expected: a trace file)".formatted(path, DiskException.words(e)), e);
      }
    }

    @Override
    public Optional<Verification> verify() {
      return Optional.empty();
    }

    @Override
    public void close() {}
  }

  /** In a folder. */
  record OfFolder(Path path, SegmentSnapshot store) implements RecordedTrace {

    @Override
    public Reading read(FrameFilter wanted) {
      return new FolderReading(new StoreSource(store, wanted.query()));
    }

    @Override
    public Optional<Verification> verify() {
      try {
        return Optional.of(store.verify());
      } catch (IOException e) {
        throw new TraceException("trace folder %s: %s".formatted(path, e.getMessage()), e);
      }
    }

    @Override
    public void close() {
      store.close();
    }
  }

  /** In batches that outboxes have sent, which a receiver may be adding to. */
  record OfInbox(Path path, FolderDisk disk) implements RecordedTrace {

    @Override
    public Reading read(FrameFilter wanted) {
      return new FolderReading(new InboxSource(disk, wanted::wants));
    }

    @Override
    public Optional<Verification> verify() {
      try {
        return Optional.of(InboxVerifier.verify(disk));
      } catch (IOException e) {
        throw new TraceException("inbox %s: %s".formatted(path, e.getMessage()), e);
      }
    }

    @Override
    public void close() {}
  }

  /** Of a file; leaves out frames that are not wanted. Ends with a loss where it is damaged. */
  final class FileReading implements Reading {

    private final TraceFile.Reader reader;
    private final long size;
    private final FrameFilter wanted;
    private boolean isDamaged;

    private FileReading(TraceFile.Reader reader, long size, FrameFilter wanted) {
      this.reader = reader;
      this.size = size;
      this.wanted = wanted;
    }

    @Override
    public Optional<TraceRecord> next() {
      try {
        var next = isDamaged ? Optional.<TraceRecord>empty() : reader.next();
        while (next.isPresent()
            && next.get() instanceof FrameRecord frame
            && !wanted.wants(frame)) {
          next = reader.next();
        }
        return next;
      } catch (TraceException e) {
        isDamaged = true;
        return Optional.of(TraceRecord.Loss.damage(String.valueOf(e.getMessage())));
      }
    }

    @Override
    public Optional<byte[]> content(TensorRecord tensor) {
      return reader.content(tensor);
    }

    @Override
    public Optional<Instant> begun() {
      return Optional.of(reader.begun());
    }

    @Override
    public long records() {
      return reader.records();
    }

    @Override
    public double share() {
      return (double) reader.offset() / size;
    }

    @Override
    public boolean has(TensorRecord tensor) {
      return tensor.kept() instanceof TensorRecord.Beside(var digest) && reader.has(digest);
    }

    @Override
    public void close() {
      reader.close();
    }
  }

  /** Of a folder. */
  final class FolderReading implements Reading {

    private final TraceSource source;
    private long records;

    private FolderReading(TraceSource source) {
      this.source = source;
    }

    @Override
    public Optional<TraceRecord> next() {
      var next = source.next();
      records += next.isPresent() ? 1 : 0;
      return next;
    }

    @Override
    public Optional<byte[]> content(TensorRecord tensor) {
      return source.content(tensor);
    }

    @Override
    public Optional<Instant> begun() {
      return Optional.empty();
    }

    @Override
    public long records() {
      return records;
    }

    @Override
    public double share() {
      return 0;
    }

    @Override
    public boolean has(TensorRecord tensor) {
      return tensor.kept() instanceof TensorRecord.Beside && content(tensor).isPresent();
    }

    @Override
    public void close() {
      source.close();
    }
  }
}
