package dev.weft.supervisor.evidence;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.DiskException.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The evidence of one rollout on its way to a disk, which may be full or fail: what happened waits
 * until it is written and durable, figures do not, and whatever is missing is told as a gap. For
 * one thread.
 */
final class EvidenceLog {

  /** What would make a longer line is left out of it. */
  static final int LINE_BYTES_MAX = 4 << 20;

  /** Lines are made durable after so many, or with the next event. */
  private static final int UNFORCED_MAX = 64;

  private final Supplier<Map<String, Object>> head;
  private final Consumer<EvidenceEvent> listener;
  private final ChainFile file;
  private final DraftQueue queue = new DraftQueue();
  private final List<Draft> unforced = new ArrayList<>();
  private FigureRule figures = new FigureRule(0, false);
  private String halted = "";
  private boolean isFolderGone;
  private long lostBefore;
  private String note = "";

  /**
   * @param name of its first file, without the ending
   * @param head what the first line of a file tells that does not begin with the rollout; empty if
   *     what is kept has no beginning
   * @param listener is told on the thread that writes
   */
  EvidenceLog(String name, Supplier<Map<String, Object>> head, Consumer<EvidenceEvent> listener) {
    this.file = new ChainFile(name);
    this.head = head;
    this.listener = listener;
  }

  void add(Draft draft) {
    queue.add(draft);
  }

  /**
   * Takes the figures of a look, if a line of them is due.
   *
   * @param step names the step and the attempt
   */
  void look(Disk disk, String step, Instant at, Supplier<Map<String, Object>> body) {
    try {
      ready(disk, at);
    } catch (DiskException e) {
      // Whether one was due is not known.
      queue.lose(1, at);
      halt(e);
      return;
    }
    switch (figures.look(step)) {
      case LINE -> queue.add(Draft.figures(at, body.get()));
      case PASSED_OVER -> {}
      case FULL -> {
        var why = "%d lines of figures (expected: no more)".formatted(FigureRule.FIGURES_MAX);
        queue.add(Draft.kept(at, Entry.FIGURES_END, Map.of("why", why)));
      }
    }
  }

  /** Counts entries that did not get here. */
  void lose(long entries, Instant at) {
    queue.lose(entries, at);
  }

  boolean isWritten() {
    return queue.isEmpty();
  }

  /** Entries that are in no file, and that no gap tells of, if this ends now. */
  long untold() {
    return queue.untold();
  }

  /** What a person should know of it; empty if nothing. */
  String trouble() {
    if (!halted.isEmpty()) {
      return "not written: %s; tried again".formatted(halted);
    }
    var missing = queue.lost() == 0 ? "" : "entries missing: %d".formatted(queue.lost());
    return note.isEmpty() || missing.isEmpty() ? note + missing : "%s; %s".formatted(note, missing);
  }

  /** Whether it found no folder to write in. */
  boolean isFolderGone() {
    return isFolderGone;
  }

  String fileName() {
    return file.fileName();
  }

  /** Writes what waits, as far as the disk takes it. */
  void flush(Disk disk) {
    try {
      var next = queue.next();
      if (next.isPresent()) {
        ready(disk, next.get().at());
      }
      for (next = queue.next(); next.isPresent(); next = queue.next()) {
        write(disk, next.get());
      }
      if (unforced.stream().anyMatch(Draft::isKept)) {
        force(disk);
      }
      if (!halted.isEmpty()) {
        halted = "";
        isFolderGone = false;
        listener.accept(new EvidenceEvent.Resumed(fileName(), queue.lost() - lostBefore));
      }
    } catch (DiskException e) {
      halt(e);
    }
  }

  /** Notes that nothing can be written now; the figures that wait are given up. */
  void halt(DiskException e) {
    var why = String.valueOf(e.getMessage());
    isFolderGone = e.kind() == Kind.ABSENT;
    if (halted.isEmpty()) {
      lostBefore = queue.lost();
      listener.accept(new EvidenceEvent.Halted(fileName(), why));
    }
    halted = why;
    queue.shed();
  }

  private void ready(Disk disk, Instant at) throws DiskException {
    var first = queue.next().map(Draft::kind).orElse("");
    var isBeginning = first.equals(Bodies.STARTED) || head.get().isEmpty();
    file.ready(disk, at, isBeginning).ifPresent(this::found);
  }

  private void found(ChainFile.Found found) {
    // What was not durable is in the file before, which stays as it is.
    unforced.clear();
    figures = new FigureRule(found.figures(), found.isFull());
    found.first().ifPresent(draft -> queue.restore(List.of(headed(draft))));
    if (found.event().isPresent()) {
      note = found.event().get().toString();
      listener.accept(found.event().get());
    }
  }

  /** The first line of a file stands for the rollout's beginning, too. */
  private Draft headed(Draft draft) {
    if (!draft.kind().equals(Entry.CONTINUES)) {
      return draft;
    }
    var body = new LinkedHashMap<>(draft.body());
    body.putAll(head.get());
    return Draft.kept(draft.at(), draft.kind(), body);
  }

  private void write(Disk disk, Draft draft) throws DiskException {
    var entry = file.entry(draft, draft.body());
    var line = bytes(entry);
    if (line.length > LINE_BYTES_MAX) {
      var why = "left out: a line of %d bytes (expected: <= %d)";
      entry = file.entry(draft, Map.of("why", why.formatted(line.length, LINE_BYTES_MAX)));
      line = bytes(entry);
    }
    if (!file.hasRoom(line.length)) {
      force(disk);
      found(file.goOn(disk, draft.at(), "it is full"));
      return;
    }
    file.append(entry, line);
    queue.written();
    unforced.add(draft);
    if (unforced.size() >= UNFORCED_MAX) {
      force(disk);
    }
  }

  private static byte[] bytes(Entry entry) {
    return (entry.line() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private void force(Disk disk) throws DiskException {
    try {
      file.force(disk);
    } catch (DiskException e) {
      queue.restore(unforced);
      unforced.clear();
      throw e;
    }
    unforced.clear();
  }

  void close() {
    file.close();
  }
}
