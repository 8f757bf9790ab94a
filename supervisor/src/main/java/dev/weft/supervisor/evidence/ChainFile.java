package dev.weft.supervisor.evidence;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.DiskException.Kind;
import dev.weft.persistence.disk.DiskFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The newest file of a rollout's evidence, as it is written on. It knows how much of the file is
 * whole and how much is durable, and cuts what is behind that before it writes again. For one
 * thread.
 *
 * <p>A file that is not as it was left is never changed: the next one goes on in its place, and
 * begins with why, and with the digest of what the other holds.
 */
final class ChainFile {

  /** Files of one rollout. */
  static final int PARTS_MAX = 1_000;

  /** A longer file is not read, and not written. */
  static final int BYTES_MAX = 64 << 20;

  /** Characters of a torn line that are kept in the chain. */
  private static final int TORN_TEXT_MAX = 4_096;

  private static final String ABSENT = "nothing of it is here";

  /** Where the next line goes, and what it follows on. */
  private record Tail(long number, String hash, long length) {
    static final Tail NONE = new Tail(0, Entry.NONE_BEFORE, 0);

    static Tail of(Chain chain) {
      if (chain.entries().isEmpty()) {
        return NONE;
      }
      var last = chain.entries().getLast();
      return new Tail(last.number(), last.hash(), chain.bytes());
    }
  }

  /**
   * What a file was found to be when it was opened.
   *
   * @param first what is to be written before all else
   * @param event what happened to it, if anything did
   * @param figures lines of figures that the rollout has so far
   * @param isFull whether it is to have no more of them
   */
  record Found(
      Optional<Draft> first, Optional<EvidenceEvent> event, long figures, boolean isFull) {}

  private final String name;
  private int part = 1;
  private @Nullable DiskFile file;
  private Tail tail = Tail.NONE;
  private Tail durable = Tail.NONE;
  private boolean mustCut;
  private boolean isNamed = true;
  private long figures;
  private boolean hasFiguresEnd;

  /**
   * @param name of the first file, without its ending
   */
  ChainFile(String name) {
    this.name = name;
  }

  String fileName() {
    return PartNames.of(name, part);
  }

  /**
   * Makes it ready to be written on. Empty if it is as it was left.
   *
   * @param at now
   * @param isBeginning whether the next entry is the first there can be
   */
  Optional<Found> ready(Disk disk, Instant at, boolean isBeginning) throws DiskException {
    var open = file;
    if (open == null) {
      return Optional.of(open(disk, at, isBeginning));
    }
    if (mustCut) {
      open.truncate(tail.length());
      mustCut = false;
    }
    var size = disk.size(fileName());
    if (size == tail.length()) {
      return Optional.empty();
    }
    return Optional.of(
        goOn(
            disk,
            at,
            size < 0
                ? "it is gone"
                : "it has %d bytes (expected: %d, as it was left)".formatted(size, tail.length())));
  }

  private Found open(Disk disk, Instant at, boolean isBeginning) throws DiskException {
    var parts = PartNames.among(disk.list(), name);
    var newest = parts.isEmpty() ? 0 : parts.getLast();
    // A process may have ended between making a file and its first line.
    while (newest > 1 && disk.size(PartNames.of(name, newest)) == 0) {
      disk.delete(PartNames.of(name, newest));
      newest--;
    }
    part = Math.max(1, newest);
    if (newest == 0 || disk.size(fileName()) < 0) {
      begin(disk, part);
      return found(isBeginning ? Optional.empty() : Optional.of(continues(at, Map.of(), ABSENT)));
    }
    return resume(disk, at, isBeginning);
  }

  private Found resume(Disk disk, Instant at, boolean isBeginning) throws DiskException {
    byte[] content;
    try {
      content = EvidenceFiles.content(disk, fileName());
    } catch (DiskException e) {
      if (e.kind() != Kind.FAILED) {
        throw e;
      }
      return goOn(disk, at, String.valueOf(e.getMessage()));
    }
    var chain = Chain.of(content);
    figures = chain.entries().stream().filter(ChainFile::isFigures).count() + carried(chain);
    hasFiguresEnd =
        chain.entries().stream().anyMatch(each -> each.kind().equals(Entry.FIGURES_END));
    var flaw = chain.flaw();
    if (flaw.isPresent() && !flaw.get().isTorn()) {
      return goOn(disk, at, flaw.get().toString());
    }
    var opened = disk.open(fileName());
    tail = Tail.of(chain);
    durable = tail;
    file = opened;
    mustCut = false;
    if (flaw.isPresent()) {
      opened.truncate(tail.length());
      var torn = Arrays.copyOfRange(content, (int) chain.bytes(), content.length);
      var event = new EvidenceEvent.Repaired(fileName(), torn.length);
      return new Found(Optional.of(repaired(at, torn)), Optional.of(event), figures, hasFiguresEnd);
    }
    return found(
        tail.number() > 0 || isBeginning
            ? Optional.empty()
            : Optional.of(continues(at, Map.of(), ABSENT)));
  }

  private Found found(Optional<Draft> first) {
    return new Found(first, Optional.empty(), figures, hasFiguresEnd);
  }

  private static boolean isFigures(Entry entry) {
    return entry.kind().equals(Entry.STANDS);
  }

  private static long carried(Chain chain) {
    return !chain.entries().isEmpty()
            && chain.entries().getFirst().body().get("figures") instanceof Long before
        ? before
        : 0;
  }

  private static Draft repaired(Instant at, byte[] torn) {
    var body = new LinkedHashMap<String, Object>();
    body.put("why", "the last line was not written whole");
    body.put("bytes", (long) torn.length);
    body.put("sha256", Sha256.of(torn));
    var text = new String(torn, StandardCharsets.UTF_8);
    body.put("text", text.substring(0, Math.min(TORN_TEXT_MAX, text.length())));
    return Draft.kept(at, Entry.REPAIRED, body);
  }

  /** Has another file take the place of this one, which stays as it is. */
  Found goOn(Disk disk, Instant at, String why) throws DiskException {
    var broken = fileName();
    if (part == PARTS_MAX) {
      throw new DiskException(
          Kind.FAILED, "%s: %s (expected: <= %d files)".formatted(broken, why, PARTS_MAX));
    }
    var body = new LinkedHashMap<String, Object>();
    body.put("file", broken);
    EvidenceFiles.digest(disk, broken).ifPresent(digest -> body.put("sha256", digest));
    begin(disk, part + 1);
    return new Found(
        Optional.of(continues(at, body, why)),
        Optional.of(new EvidenceEvent.Continued(fileName(), broken, why)),
        figures,
        hasFiguresEnd);
  }

  private Draft continues(Instant at, Map<String, Object> what, String why) {
    var body = new LinkedHashMap<String, Object>();
    body.put("why", why);
    body.putAll(what);
    if (figures > 0) {
      body.put("figures", figures);
    }
    return Draft.kept(at, Entry.CONTINUES, body);
  }

  private void begin(Disk disk, int next) throws DiskException {
    close();
    part = next;
    var made = disk.create(fileName());
    tail = Tail.NONE;
    durable = Tail.NONE;
    mustCut = false;
    isNamed = false;
    file = made;
  }

  /** The entry that {@code draft} becomes here. */
  Entry entry(Draft draft, Map<String, Object> body) {
    var step =
        draft.kind().equals(Entry.GAP) && body.get(Entry.MISSING) instanceof Long missing
            ? missing
            : 1L;
    return new Entry(tail.number() + step, draft.at(), draft.kind(), body, tail.hash());
  }

  /** Whether a line of so many bytes finds room. */
  boolean hasRoom(int bytes) {
    return tail.number() == 0 || tail.length() + bytes <= BYTES_MAX;
  }

  /** Writes the line of {@code entry}; after an exception it is as if it had not been tried. */
  void append(Entry entry, byte[] line) throws DiskException {
    mustCut = true;
    opened().append(ByteBuffer.wrap(line));
    mustCut = false;
    tail = new Tail(entry.number(), entry.hash(), tail.length() + line.length);
    figures += isFigures(entry) ? 1 : 0;
  }

  /** Makes it durable; after an exception all since the last time is to be appended anew. */
  void force(Disk disk) throws DiskException {
    try {
      opened().force();
      if (!isNamed) {
        disk.force();
        isNamed = true;
      }
      durable = tail;
    } catch (DiskException e) {
      tail = durable;
      mustCut = true;
      throw e;
    }
  }

  private DiskFile opened() {
    if (file == null) {
      throw new IllegalStateException(fileName() + ": not open");
    }
    return file;
  }

  void close() {
    if (file != null) {
      file.close();
      file = null;
    }
  }
}
