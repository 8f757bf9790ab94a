package dev.weft.persistence.segment;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.DiskException.Kind;
import dev.weft.persistence.trace.TraceCursor;
import dev.weft.persistence.trace.TraceItem;
import dev.weft.persistence.trace.TraceQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Merges the classes by number; opens one segment of each at a time. */
final class SegmentCursor implements TraceCursor {

  private final List<ClassCursor> classes = new ArrayList<>();
  private boolean started;

  SegmentCursor(
      Disk disk, Map<String, List<SegmentView>> views, TraceQuery query, Optional<KeyFile> keys) {
    var opener = new FrameOpener(keys);
    views.forEach(
        (name, segments) -> {
          if (query.retentionClass().map(name::equals).orElse(true)) {
            classes.add(new ClassCursor(disk, segments, query, opener));
          }
        });
  }

  @Override
  public Optional<TraceItem> next() throws IOException {
    if (!started) {
      started = true;
      for (var one : classes) {
        one.advance();
      }
    }
    ClassCursor lowest = null;
    for (var one : classes) {
      if (one.item != null && (lowest == null || one.number < lowest.number)) {
        lowest = one;
      }
    }
    if (lowest == null) {
      return Optional.empty();
    }
    var item = Optional.ofNullable(lowest.item);
    lowest.advance();
    return item;
  }

  @Override
  public void close() {
    classes.forEach(ClassCursor::close);
  }

  /** The items of one class; looks one ahead. */
  private static final class ClassCursor {

    private final Disk disk;
    private final List<SegmentView> segments;
    private final TraceQuery query;
    private final FrameOpener opener;
    private int at = -1;
    private @Nullable SegmentReader reader;
    private @Nullable TraceItem item;
    private long number;

    private ClassCursor(
        Disk disk, List<SegmentView> segments, TraceQuery query, FrameOpener opener) {
      this.disk = disk;
      this.segments = segments;
      this.query = query;
      this.opener = opener;
    }

    private void advance() throws IOException {
      item = null;
      while (item == null) {
        var open = reader;
        if (open == null) {
          if (!openNext()) {
            return;
          }
        } else {
          take(open);
        }
      }
    }

    private void take(SegmentReader open) throws IOException {
      var view = segments.get(at);
      var frame = open.next();
      if (frame.isPresent()) {
        number = frame.get().number();
        item = opener.item(frame.get(), view.retentionClass(), query).orElse(null);
        return;
      }
      if (open.offset() < view.expectedLength()) {
        item = damage(view, open.offset());
      }
      close();
    }

    private static TraceItem damage(SegmentView view, long offset) {
      return new TraceItem.Damage(
          view.retentionClass(), view.name(), offset, view.expectedLength() - offset);
    }

    /** Opens the next segment that may hold something; what was deleted meanwhile is left out. */
    private boolean openNext() throws IOException {
      while (++at < segments.size()) {
        var view = segments.get(at);
        if (view.isMissing()) {
          item = damage(view, 0);
          return true;
        }
        if (mayHold(view)) {
          try {
            reader = new SegmentReader(disk.open(view.name()), view.name(), view.length());
            return true;
          } catch (DiskException e) {
            if (e.kind() != Kind.ABSENT) {
              throw e;
            }
          }
        }
      }
      return false;
    }

    private boolean mayHold(SegmentView view) {
      if (view.summary().isEmpty() || view.length() < view.expectedLength()) {
        return true;
      }
      var summary = view.summary().get();
      if (summary.lastNumber() < query.fromNumber()) {
        return false;
      }
      return summary.hasLosses()
          || (!summary.newest().isBefore(query.from())
              && summary.oldest().isBefore(query.to())
              && query.session().map(summary.sessions()::containsKey).orElse(true));
    }

    private void close() {
      var open = reader;
      if (open != null) {
        open.close();
        reader = null;
      }
    }
  }
}
