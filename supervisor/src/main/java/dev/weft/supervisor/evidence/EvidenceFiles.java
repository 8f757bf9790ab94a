package dev.weft.supervisor.evidence;

import dev.weft.fabric.json.Json;
import dev.weft.supervisor.rollout.Course;
import dev.weft.supervisor.rollout.Judgement;
import dev.weft.supervisor.rollout.RolloutEvent;
import dev.weft.supervisor.rollout.RolloutListener;
import dev.weft.supervisor.rollout.RolloutPlan;
import dev.weft.supervisor.rollout.RolloutState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps one evidence file per rollout, {@code STAGE-NUMBER.jsonl}, and beside it a page once the
 * rollout is over. A file that cannot be written costs evidence, never a rollout; what is missing
 * shows as a gap in its numbers. Threadsafe.
 */
public final class EvidenceFiles implements RolloutListener {

  /** Lines of figures in one file; beyond it, fewer are taken the longer a rollout lasts. */
  private static final int FIGURES_MAX = 2_000;

  private static final System.Logger LOG = System.getLogger(EvidenceFiles.class.getName());

  private final Path folder;
  private final Subject subject;
  private final Map<String, Tail> tails = new HashMap<>();

  /** The end of a file that is written on. */
  private static final class Tail {
    long number;
    String hash = Entry.NONE_BEFORE;
    long figures;
    long figuresSeen;
  }

  /**
   * @param folder made when there is something to keep
   * @param subject told in the first line of each
   */
  public EvidenceFiles(Path folder, Subject subject) {
    this.folder = folder;
    this.subject = subject;
  }

  @Override
  public synchronized void happened(List<RolloutEvent> events, RolloutState after) {
    if (after.course().isEmpty()) {
      return;
    }
    var course = after.course().get();
    for (var event : events) {
      append(name(course), event.at(), Bodies.kind(event), body(event, course.plan()), true);
    }
    if (!after.isActive()) {
      writePage(course);
      tails.remove(name(course));
    }
  }

  private Map<String, Object> body(RolloutEvent event, RolloutPlan plan) {
    var body = new LinkedHashMap<>(Bodies.of(event, plan));
    if (event instanceof RolloutEvent.Started) {
      body.putAll(subject.of(plan.stage()));
    }
    return body;
  }

  @Override
  public synchronized void stands(RolloutState state, Judgement judgement, Instant at) {
    if (state.course().isEmpty()) {
      return;
    }
    var course = state.course().get();
    var tail = tails.get(name(course));
    if (tail != null && tail.figuresSeen++ % (1 + tail.figures / FIGURES_MAX) != 0) {
      return;
    }
    var body = new LinkedHashMap<String, Object>();
    body.put("phase", state.phase().name());
    body.put("step", step(state, course));
    body.put("attempt", course.attempt());
    body.putAll(Bodies.of(judgement));
    append(name(course), at, "stands", body, false);
  }

  private static String step(RolloutState state, Course course) {
    return state.phase() == RolloutState.Phase.WATCHING ? "watch" : course.now().label();
  }

  /**
   * Notes something that belongs to no rollout in {@code NAME.jsonl}, chained and durable as the
   * others.
   */
  public synchronized void note(String name, Instant at, String kind, Map<String, Object> body) {
    append(name, at, kind, body, true);
  }

  private void append(
      String name, Instant at, String kind, Map<String, Object> body, boolean isDurable) {
    var file = folder.resolve(name + ".jsonl");
    try {
      Files.createDirectories(folder);
      var known = tails.get(name);
      var tail = known == null ? tailOf(file) : known;
      tails.put(name, tail);
      var entry = new Entry(tail.number + 1, at, kind, body, tail.hash);
      write(file, entry.line(), isDurable);
      tail.number = entry.number();
      tail.hash = entry.hash();
      tail.figures += kind.equals("stands") ? 1 : 0;
    } catch (IOException | EvidenceException e) {
      LOG.log(System.Logger.Level.WARNING, "evidence is not kept: " + e.getMessage());
    }
  }

  private static void write(Path file, String line, boolean isDurable) throws IOException {
    var bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      if (isDurable) {
        channel.force(false);
      }
    }
  }

  /** Where a process before left off; a torn last line is cut off. */
  private static Tail tailOf(Path file) throws IOException {
    var tail = new Tail();
    if (!Files.exists(file)) {
      return tail;
    }
    var text = Files.readString(file);
    var whole = text.lastIndexOf('\n') + 1;
    if (whole < text.length()) {
      try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(text.substring(0, whole).getBytes(StandardCharsets.UTF_8).length);
      }
    }
    for (var entry : parsed(file, text.substring(0, whole))) {
      tail.number = entry.number();
      tail.figures += entry.kind().equals("stands") ? 1 : 0;
    }
    var last = text.substring(0, whole).lines().reduce((_, line) -> line);
    last.ifPresent(line -> tail.hash = Entry.statedHash(line));
    return tail;
  }

  /**
   * The entries of a file, each checked against its own hash and the one before.
   *
   * @throws EvidenceException naming the first line that is not as it was written
   */
  public static List<Entry> read(Path file) {
    try {
      return parsed(file, Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new EvidenceException("%s: not there (expected: an evidence file)".formatted(file), e);
    } catch (IOException e) {
      throw new EvidenceException("%s: %s (expected: a readable file)".formatted(file, e), e);
    }
  }

  private static List<Entry> parsed(Path file, String text) {
    var entries = new ArrayList<Entry>();
    var before = Entry.NONE_BEFORE;
    var number = 0;
    for (var line : text.lines().toList()) {
      number++;
      try {
        var entry = Entry.of(line);
        if (!entry.before().equals(before) || entry.number() != number) {
          throw new IllegalArgumentException("it does not follow on the line before");
        }
        before = Entry.statedHash(line);
        entries.add(entry);
      } catch (IllegalArgumentException e) {
        throw new EvidenceException(
            "%s:%d: %s (expected: an unchanged line of evidence)"
                .formatted(file, number, e.getMessage()),
            e);
      }
    }
    return entries;
  }

  private void writePage(Course course) {
    var file = file(course);
    try {
      var page = new EvidencePage(read(file)).html();
      var part = Files.createTempFile(folder, name(course), ".part");
      Files.writeString(part, page);
      Files.move(part, folder.resolve(name(course) + ".html"), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | EvidenceException e) {
      LOG.log(System.Logger.Level.WARNING, "no page of the evidence: " + e.getMessage());
    }
  }

  /** The file of a rollout. */
  public Path file(Course course) {
    return folder.resolve(name(course) + ".jsonl");
  }

  private static String name(Course course) {
    return "%s-%d".formatted(fileName(course.plan()), course.number());
  }

  private static String fileName(RolloutPlan plan) {
    return plan.stage().replaceAll("[^A-Za-z0-9._-]", "_");
  }

  /** {@code entries} as one JSON object, for programs. */
  public static String json(List<Entry> entries) {
    return Json.write(Map.of("entries", entries.stream().map(EvidenceFiles::object).toList()));
  }

  private static Map<String, Object> object(Entry entry) {
    return Map.of(
        "n",
        entry.number(),
        "at",
        entry.at().toString(),
        "kind",
        entry.kind(),
        "body",
        entry.body());
  }
}
