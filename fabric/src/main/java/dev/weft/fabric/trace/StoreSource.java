package dev.weft.fabric.trace;

import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.trace.TraceCursor;
import dev.weft.persistence.trace.TraceItem;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Records of a {@link TraceReader} as a source; gaps, damage and erased records are losses. What
 * frames refer to is given whichever frames are asked for, unless frames alone are.
 */
public final class StoreSource implements TraceSource {

  private final TraceReader store;
  private final Ahead wanted;
  private final Optional<Ahead> asides;
  private TraceItem.@Nullable TraceRecord current;
  private List<String> attached = List.of();

  /** A cursor with its next item. */
  private static final class Ahead {
    final TraceCursor cursor;
    Optional<TraceItem> next;

    Ahead(TraceCursor cursor) throws IOException {
      this.cursor = cursor;
      this.next = cursor.next();
    }

    TraceItem take() throws IOException {
      var taken = next.orElseThrow();
      next = cursor.next();
      return taken;
    }

    /** Where the next item stands; what is damaged has no number and comes at once. */
    long number() {
      return switch (next.orElseThrow()) {
        case TraceItem.TraceRecord record -> record.number();
        case TraceItem.Erased erased -> erased.number();
        case TraceItem.Locked locked -> locked.number();
        case TraceItem.Gap gap -> gap.number();
        case TraceItem.Damage _ -> 0;
      };
    }
  }

  /**
   * With what frames refer to, for which it reads the whole store, as that may have been told long
   * before a frame or after it.
   *
   * @param store stays the caller's
   * @throws TraceException if it cannot be read
   */
  public StoreSource(TraceReader store, TraceQuery query) {
    this(
        store,
        query,
        query.equals(TraceQuery.all()) ? Optional.empty() : Optional.of(asides(query)));
  }

  private StoreSource(TraceReader store, TraceQuery query, Optional<TraceQuery> asides) {
    this.store = store;
    try {
      this.wanted = new Ahead(store.read(query));
      this.asides =
          asides.isEmpty() ? Optional.empty() : Optional.of(new Ahead(store.read(asides.get())));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /**
   * Nothing but what is asked for, so that a time that is asked for bounds what is read.
   *
   * @param store stays the caller's
   * @throws TraceException if it cannot be read
   */
  public static StoreSource ofFrames(TraceReader store, TraceQuery query) {
    return new StoreSource(store, query, Optional.empty());
  }

  private static TraceQuery asides(TraceQuery query) {
    var all = TraceQuery.all().ofSession(StoreSink.NO_SESSION).ofPipeline("");
    return query.retentionClass().map(all::ofClass).orElse(all);
  }

  @Override
  public Optional<TraceRecord> next() {
    try {
      while (true) {
        if (asides.isPresent() && isAsideNext(asides.get())) {
          // Gaps and damage come with what was asked for.
          if (asides.get().take() instanceof TraceItem.TraceRecord aside) {
            return Optional.of(record(aside));
          }
        } else if (wanted.next.isPresent()) {
          var item = wanted.take();
          if (asides.isEmpty() || !isAside(item)) {
            return Optional.of(record(item));
          }
        } else {
          return Optional.empty();
        }
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private boolean isAsideNext(Ahead aside) {
    return aside.next.isPresent() && (wanted.next.isEmpty() || aside.number() < wanted.number());
  }

  private static boolean isAside(TraceItem item) {
    return item instanceof TraceItem.TraceRecord record
        && record.key().session().equals(StoreSink.NO_SESSION)
        && record.key().pipeline().isEmpty();
  }

  private TraceRecord record(TraceItem item) {
    current = null;
    return switch (item) {
      case TraceItem.TraceRecord stored -> {
        var record = TraceCodec.decode(stored.payload());
        if (record instanceof FrameRecord frame) {
          current = stored;
          attached = new ArrayList<>(contents(frame));
        }
        yield record;
      }
      case TraceItem.Erased erased ->
          loss(erased.key().pipeline(), erased.number(), erased.number(), 1, "erased");
      case TraceItem.Locked locked ->
          loss(locked.key().pipeline(), locked.number(), locked.number(), 1, "key lost");
      case TraceItem.Gap(_, _, _, var loss) ->
          loss("", loss.firstNumber(), loss.lastNumber(), loss.count(), loss.reason().name());
      case TraceItem.Damage(_, var segment, var offset, _) ->
          TraceRecord.Loss.damage("%s at byte %d".formatted(segment, offset));
    };
  }

  /** Numbers are those of the store here, not of frames. */
  private static TraceRecord.Loss loss(
      String pipeline, long first, long last, long count, String reason) {
    return new TraceRecord.Loss(pipeline, 0, first, last, count, reason);
  }

  /** Only of the frame that came last. */
  @Override
  public Optional<byte[]> content(TensorRecord tensor) {
    return switch (tensor.kept()) {
      case TensorRecord.NotKept _, TensorRecord.Redacted _ -> Optional.empty();
      case TensorRecord.Inline(var bytes) -> Optional.of(bytes);
      case TensorRecord.Beside(var digest) -> attachment(digest);
    };
  }

  private Optional<byte[]> attachment(String digest) {
    var stored = current;
    var index = attached.indexOf(digest);
    if (stored == null || index < 0) {
      throw new TraceException(
          "content %s (expected: one of the frame that came last)".formatted(digest));
    }
    try {
      return store.attachment(stored, index);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Digests of what is attached to a frame, in order. */
  static Set<String> contents(FrameRecord frame) {
    var digests = new LinkedHashSet<String>();
    frame.inputs().forEach(tensor -> add(tensor, digests));
    frame.answer().outputs().forEach(tensor -> add(tensor, digests));
    return digests;
  }

  private static void add(TensorRecord tensor, Set<String> digests) {
    switch (tensor.kept()) {
      case TensorRecord.Beside(var digest) -> digests.add(digest);
      case TensorRecord.Redacted(var digest) when !digest.isEmpty() -> digests.add(digest);
      case TensorRecord.Redacted _, TensorRecord.NotKept _, TensorRecord.Inline _ -> {}
    }
  }

  private static TraceException failed(IOException e) {
    return new TraceException(
        "trace store: %s (expected: readable records)".formatted(DiskException.words(e)), e);
  }

  @Override
  public void close() {
    wanted.cursor.close();
    asides.ifPresent(ahead -> ahead.cursor.close());
  }
}
