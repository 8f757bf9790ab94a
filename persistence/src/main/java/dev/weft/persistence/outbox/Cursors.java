package dev.weft.persistence.outbox;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.trace.Holds;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * How far each sink has acknowledged, on a disk, and who this source is. Holds in the buffer what
 * some sink has not acknowledged. For any number of threads.
 *
 * <p>A cursor is written after an acknowledgement, never before, so it may be behind what the sink
 * has and is never ahead. One that is lost or broken starts at 0: the sink then says how far it is.
 *
 * <p>What is passed over as not tagged is never looked at again, here and at the receiver. So each
 * sink is a source of its own to whoever receives, and its tags stay those it began with.
 */
public final class Cursors implements Holds {

  /** The folder within a buffer's where its cursors are by custom. */
  public static final String FOLDER = "outbox";

  /** What a new source is called by custom, before the random part of its name. */
  public static final String NAME = "edge";

  private static final Pattern SINK = Pattern.compile("[a-z0-9-]{1,32}");
  private static final String SOURCE = "source";
  private static final String CURSOR = ".cursor";
  private static final String TAGS = ".tags";
  private static final String PART = ".part";
  private static final int CURSOR_BYTES = Long.BYTES + Integer.BYTES;
  private static final int SOURCE_BYTES_MAX = 64;
  private static final int TAGS_BYTES_MAX = 1 << 16;

  private final Disk disk;
  private final String source;
  private final Map<String, Place> places;

  /** A sink's tags and numbers; {@code cleared} is at least {@code acknowledged}. */
  private static final class Place {
    private final UploadTags tags;
    private volatile long acknowledged;
    private volatile long cleared;

    private Place(UploadTags tags, long acknowledged) {
      this.tags = tags;
      this.acknowledged = acknowledged;
      this.cleared = acknowledged;
    }
  }

  private Cursors(Disk disk, String source, Map<String, Place> places) {
    this.disk = disk;
    this.source = source;
    this.places = places;
  }

  /**
   * The cursors on {@code disk}, begun if they are not there.
   *
   * @param sinks what is tagged for each, by name
   * @param name of a new source; a random part makes it unlike every other
   * @throws IllegalArgumentException if a sink began with other tags
   */
  public static Cursors open(
      Disk disk, Map<String, UploadTags> sinks, String name, RandomGenerator random)
      throws DiskException {
    var places = new ConcurrentHashMap<String, Place>();
    for (var sink : sinks.entrySet()) {
      checkSink(sink.getKey());
      checkTags(disk, sink.getKey(), sink.getValue());
      places.put(sink.getKey(), new Place(sink.getValue(), read(disk, sink.getKey())));
    }
    return new Cursors(disk, source(disk, name, random), places);
  }

  /**
   * Has the buffer beside {@code disk} be {@code source}, as one of which it has a copy, whatever
   * it was before.
   */
  public static void adopt(Disk disk, String source) throws DiskException {
    if (!text(content(disk, SOURCE, SOURCE_BYTES_MAX + Integer.BYTES))
        .equals(Optional.of(source))) {
      write(disk, SOURCE, source.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /**
   * How far a sink is, as it stands on a disk.
   *
   * @param source what the buffer is called by it; empty if that is broken
   */
  public record Position(
      String sink, Optional<String> source, UploadTags tags, long acknowledged) {}

  /** How far all sinks on {@code disk} are. Writes nothing, so others may use the disk. */
  public static List<Position> positions(Disk disk) throws DiskException {
    var sinks = new TreeSet<String>();
    for (var name : disk.list()) {
      for (var ending : List.of(CURSOR, TAGS)) {
        if (name.endsWith(ending)) {
          sinks.add(name.substring(0, name.length() - ending.length()));
        }
      }
    }
    var source = text(content(disk, SOURCE, SOURCE_BYTES_MAX + Integer.BYTES));
    var positions = new ArrayList<Position>();
    for (var sink : sinks) {
      positions.add(
          new Position(
              sink,
              source.map(name -> name + "-" + sink),
              tags(disk, sink).orElse(UploadTags.everything()),
              read(disk, sink)));
    }
    return positions;
  }

  private static Optional<String> text(Optional<byte[]> content) {
    return content.map(bytes -> new String(bytes, StandardCharsets.US_ASCII));
  }

  static void checkSink(String name) {
    if (!SINK.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "sink: '%s' (expected: 1 to 32 of a-z, 0-9, -)".formatted(name));
    }
  }

  /** What a sink began with; empty if it is not known. */
  public static Optional<UploadTags> tags(Disk disk, String sink) throws DiskException {
    return content(disk, sink + TAGS, TAGS_BYTES_MAX)
        .map(bytes -> UploadTags.of(new String(bytes, StandardCharsets.UTF_8)));
  }

  private static void checkTags(Disk disk, String sink, UploadTags tags) throws DiskException {
    var before = tags(disk, sink);
    if (before.isEmpty()) {
      write(disk, sink + TAGS, tags.text().getBytes(StandardCharsets.UTF_8));
    } else if (!before.get().equals(tags)) {
      throw new IllegalArgumentException(
          "sink '%s': %s (expected: %s, as it began; another choice needs another name)"
              .formatted(sink, tags, before.get()));
    }
  }

  private static String source(Disk disk, String name, RandomGenerator random)
      throws DiskException {
    var kept = text(content(disk, SOURCE, SOURCE_BYTES_MAX + Integer.BYTES));
    if (kept.isPresent()) {
      return kept.get();
    }
    if (disk.size(SOURCE) >= 0) {
      throw new DiskException(
          DiskException.Kind.FAILED,
          "%s: broken (expected: the name of this source); delete it, and all is sent again as of a new one"
              .formatted(disk.place(SOURCE)));
    }
    checkSink(name);
    var fresh = name + "-" + HexFormat.of().toHexDigits(random.nextLong());
    write(disk, SOURCE, fresh.getBytes(StandardCharsets.US_ASCII));
    return fresh;
  }

  private static long read(Disk disk, String sink) throws DiskException {
    return content(disk, file(sink), CURSOR_BYTES)
        .filter(bytes -> bytes.length == Long.BYTES)
        .map(bytes -> ByteBuffer.wrap(bytes).getLong())
        .orElse(0L);
  }

  private static String file(String sink) {
    return sink + CURSOR;
  }

  /** What this buffer is called, apart from its sinks. */
  public String source() {
    return source;
  }

  /** What this buffer is called by {@code sink}. */
  public String source(String sink) {
    return source + "-" + sink;
  }

  /** Through which number {@code sink} has everything; 0 at first. */
  public long acknowledged(String sink) {
    return place(sink).acknowledged;
  }

  /**
   * Notes durably that {@code sink} has everything through {@code number}; also a lower one than
   * before, if it lost what it had.
   */
  public void move(String sink, long number) throws DiskException {
    var place = place(sink);
    write(disk, file(sink), ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    place.acknowledged = number;
    place.cleared = number;
  }

  /** Nothing up to {@code number} waits for {@code sink}. Forgotten with the process. */
  void clear(String sink, long number) {
    var place = place(sink);
    place.cleared = Math.max(place.cleared, number);
  }

  /** Up to where nothing waits for {@code sink}. */
  long cleared(String sink) {
    return place(sink).cleared;
  }

  @Override
  public long heldFrom(String retentionClass) {
    var from = Long.MAX_VALUE;
    for (var place : places.values()) {
      if (place.tags.wantsClass(retentionClass)) {
        from = Math.min(from, place.cleared + 1);
      }
    }
    return from;
  }

  private Place place(String sink) {
    var place = places.get(sink);
    if (place == null) {
      throw new IllegalArgumentException(
          "sink: '%s' (expected: one of %s)".formatted(sink, places.keySet()));
    }
    return place;
  }

  /** Leaves {@code content} as file {@code name}; the power may take it. */
  void leave(String name, byte[] content) throws DiskException {
    var part = name + PART;
    disk.delete(part);
    try (var file = disk.create(part)) {
      file.append(sealed(content));
    }
    disk.rename(part, name);
  }

  /** The old content or the new one is there, whatever happens. */
  private static void write(Disk disk, String name, byte[] content) throws DiskException {
    disk.replace(name, sealed(content));
  }

  /** With its checksum behind it. */
  private static ByteBuffer sealed(byte[] content) {
    return ByteBuffer.allocate(content.length + Integer.BYTES)
        .put(content)
        .putInt(crc(content))
        .flip();
  }

  /** The content of {@code name}; empty if there is none or it is broken. */
  static Optional<byte[]> content(Disk disk, String name, int bytesMax) throws DiskException {
    var size = disk.size(name);
    if (size < Integer.BYTES || size > bytesMax) {
      return Optional.empty();
    }
    var bytes = ByteBuffer.allocate((int) size);
    try (var file = disk.open(name)) {
      file.read(0, bytes);
    }
    var content = new byte[(int) size - Integer.BYTES];
    bytes.flip().get(content);
    return bytes.getInt() == crc(content) ? Optional.of(content) : Optional.empty();
  }

  private static int crc(byte[] content) {
    var crc = new CRC32C();
    crc.update(content);
    return (int) crc.getValue();
  }
}
