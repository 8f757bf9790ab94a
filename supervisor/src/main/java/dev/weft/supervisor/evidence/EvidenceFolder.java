package dev.weft.supervisor.evidence;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.DiskFile;
import dev.weft.persistence.disk.DiskLock;
import dev.weft.supervisor.rollout.Course;
import dev.weft.supervisor.rollout.RolloutEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The folder that evidence is written in, by one process at a time: a log for each rollout under
 * way, and a page for each that is over. What the folder does not take now is tried again at the
 * next {@link #flush}. For one thread.
 */
final class EvidenceFolder {

  /** Rollouts that are over and could not be written yet; beyond, the oldest is given up. */
  static final int LATE_MAX = 64;

  private static final String LOCK = "evidence.lock";

  /** Finds the folder, which may not be there yet. */
  interface Opening {
    Disk open() throws DiskException;
  }

  private final Opening opening;
  private final Subject subject;
  private final Consumer<EvidenceEvent> listener;
  private final Map<String, EvidenceLog> logs = new LinkedHashMap<>();

  /** Those of {@link #logs} that are over, but for their page. */
  private final Map<String, Course> over = new LinkedHashMap<>();

  private @Nullable Disk disk;
  private @Nullable DiskLock lock;

  /**
   * @param listener is told on the thread that writes
   */
  EvidenceFolder(Opening opening, Subject subject, Consumer<EvidenceEvent> listener) {
    this.opening = opening;
    this.subject = subject;
    this.listener = listener;
  }

  /** Takes something, and writes it if the folder lets it. */
  void add(Told told) {
    var log = log(told);
    try {
      var open = opened();
      switch (told) {
        case Told.Happened happened -> add(log, happened, previous(open, happened));
        case Told.Stands stands -> look(open, log, stands);
        case Told.Note(_, var at, var kind, var body) -> log.add(Draft.kept(at, kind, body));
      }
      log.flush(open);
    } catch (DiskException e) {
      switch (told) {
        case Told.Happened happened -> add(log, happened, Map.of());
        case Told.Stands(_, _, _, var at) -> log.lose(1, at);
        case Told.Note(_, var at, var kind, var body) -> log.add(Draft.kept(at, kind, body));
      }
      log.halt(e);
    }
  }

  /**
   * Counts entries that did not get here.
   *
   * @param last of them
   */
  void lose(Told last, long entries) {
    log(last).lose(entries, last.at());
  }

  private EvidenceLog log(Told told) {
    return logs.computeIfAbsent(
        told.name(),
        name -> new EvidenceLog(name, () -> told.of().map(this::head).orElse(Map.of()), listener));
  }

  private Map<String, Object> head(Course course) {
    var head = Bodies.beginning(course.number(), course.plan(), course.stable());
    head.putAll(subject.of(course.plan().stage()));
    return head;
  }

  private void add(EvidenceLog log, Told.Happened happened, Map<String, Object> previous) {
    var course = happened.course();
    for (var event : happened.events()) {
      var body = new LinkedHashMap<>(Bodies.of(event, course.plan()));
      if (event instanceof RolloutEvent.Started) {
        body.putAll(subject.of(course.plan().stage()));
        body.putAll(previous);
      } else if (event instanceof RolloutEvent.ControllerTook) {
        body.putAll(Bodies.standing(happened.after(), course));
      }
      log.add(Draft.kept(event.at(), Bodies.kind(event), body));
    }
    if (!happened.after().isActive()) {
      over.put(happened.name(), course);
    }
  }

  /** What a rollout says of the one before, so that its files cannot be lost unseen. */
  private Map<String, Object> previous(Disk open, Told.Happened happened) throws DiskException {
    var course = happened.course();
    if (!(happened.events().getFirst() instanceof RolloutEvent.Started) || course.number() == 1) {
      return Map.of();
    }
    var name = EvidenceFiles.name(course.plan().stage(), course.number() - 1);
    var parts = PartNames.among(open.list(), name);
    if (parts.isEmpty()) {
      return Map.of();
    }
    var file = PartNames.of(name, parts.getLast());
    var last = logs.get(name);
    var digest =
        last == null || last.isWritten()
            ? EvidenceFiles.digest(open, file)
            : Optional.<String>empty();
    return Map.of(
        "previous",
        digest.map(sha256 -> Map.of("file", file, "sha256", sha256)).orElse(Map.of("file", file)));
  }

  private static void look(Disk open, EvidenceLog log, Told.Stands told) {
    var step = Bodies.step(told.state(), told.course());
    log.look(
        open,
        "%s#%d".formatted(step, told.course().attempt()),
        told.at(),
        () -> {
          var body = new LinkedHashMap<String, Object>();
          body.put("phase", told.state().phase().name());
          body.put("step", step);
          body.put("attempt", told.course().attempt());
          body.putAll(Bodies.of(told.judgement()));
          return body;
        });
  }

  /**
   * Writes what waits, and the pages of what is over.
   *
   * @return whether nothing waits any more
   */
  boolean flush() {
    try {
      if (logs.values().stream().anyMatch(log -> !log.isWritten()) || !over.isEmpty()) {
        var open = opened();
        logs.values().forEach(log -> log.flush(open));
        finish(open);
      }
    } catch (DiskException e) {
      logs.values().stream().filter(log -> !log.isWritten()).forEach(log -> log.halt(e));
    }
    if (logs.values().stream().anyMatch(EvidenceLog::isFolderGone)) {
      leave();
    }
    while (over.size() > LATE_MAX) {
      giveUp(over.keySet().iterator().next(), "too many rollouts wait for the disk");
    }
    return over.isEmpty() && logs.values().stream().allMatch(EvidenceLog::isWritten);
  }

  private void finish(Disk open) {
    for (var each : Map.copyOf(over).entrySet()) {
      var log = logs.get(each.getKey());
      if (log != null && log.isWritten()) {
        writePage(open, each.getKey());
        log.close();
        logs.remove(each.getKey());
        over.remove(each.getKey());
      }
    }
  }

  /** A page that cannot be written can be made of the files at any time. */
  private void writePage(Disk open, String name) {
    var page = name + ".html";
    try {
      var chains = new LinkedHashMap<String, Chain>();
      for (var part : PartNames.among(open.list(), name)) {
        var file = PartNames.of(name, part);
        chains.put(file, Chain.of(EvidenceFiles.content(open, file)));
      }
      var made = page + ".part";
      open.delete(made);
      try (var file = open.create(made)) {
        write(file, EvidencePage.of(chains).html());
      }
      open.rename(made, page);
      open.force();
    } catch (DiskException | RuntimeException e) {
      // It is made of what the files say, whoever wrote them; it costs nothing else.
      listener.accept(new EvidenceEvent.NoPage(page, String.valueOf(e.getMessage())));
    }
  }

  private static void write(DiskFile file, String text) throws DiskException {
    file.append(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    file.force();
  }

  private void giveUp(String name, String why) {
    var log = logs.remove(name);
    over.remove(name);
    if (log != null) {
      if (log.untold() > 0) {
        listener.accept(new EvidenceEvent.Lost(log.fileName(), log.untold(), why));
      }
      log.close();
    }
  }

  /** What a person should know of each log that is open, by its name. */
  Map<String, String> troubles() {
    var troubles = new LinkedHashMap<String, String>();
    logs.forEach((name, log) -> troubles.put(name, log.trouble()));
    return troubles;
  }

  private Disk opened() throws DiskException {
    var open = disk;
    if (open == null) {
      open = opening.open();
      lock = open.lock(LOCK);
      disk = open;
    }
    return open;
  }

  /** Writes what the disk takes; what it does not is lost, which is told. */
  void close() {
    flush();
    for (var name : List.copyOf(logs.keySet())) {
      giveUp(name, "the process ends");
    }
    leave();
  }

  private void leave() {
    if (lock != null) {
      lock.close();
    }
    lock = null;
    disk = null;
  }
}
