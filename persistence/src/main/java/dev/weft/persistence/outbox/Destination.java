package dev.weft.persistence.outbox;

import dev.weft.persistence.disk.FolderDisk;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * Where an outbox sends to, as people write it: a folder, or {@code SCHEME://...} of a {@link
 * SinkKind}.
 */
public record Destination(String text) {

  private static final String SCHEME_END = "://";

  public Destination {
    if (text.isBlank()) {
      throw new IllegalArgumentException("destination: '' (expected: a folder or an address)");
    }
  }

  /**
   * A sink there, which need not be reachable yet.
   *
   * @param answerTimeout how long an answer is waited for
   * @throws IllegalArgumentException if no sink can be meant by it, with what was expected
   */
  public Sink sink(Duration answerTimeout) {
    return text.contains(SCHEME_END) ? addressed(answerTimeout) : folder();
  }

  private Sink folder() {
    try {
      var path = Path.of(text);
      return new LateSink(() -> FolderSink.open(FolderDisk.at(path)));
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "destination: '%s' (expected: a folder or an address)".formatted(text), e);
    }
  }

  private Sink addressed(Duration answerTimeout) {
    var scheme = text.substring(0, text.indexOf(SCHEME_END));
    var kinds = kinds();
    for (var kind : kinds) {
      if (kind.scheme().equals(scheme)) {
        try {
          return kind.at(URI.create(text), answerTimeout);
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              "destination: '%s': %s".formatted(text, e.getMessage()), e);
        }
      }
    }
    throw new IllegalArgumentException(
        "destination: '%s' (expected: a folder, or one of %s)"
            .formatted(
                text,
                kinds.stream()
                    .map(kind -> kind.scheme() + SCHEME_END)
                    .sorted()
                    .collect(Collectors.joining(", "))));
  }

  private static List<SinkKind> kinds() {
    var found = new ArrayList<SinkKind>();
    ServiceLoader.load(SinkKind.class).forEach(found::add);
    return found;
  }

  @Override
  public String toString() {
    return text;
  }
}
