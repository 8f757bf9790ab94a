package dev.weft.fabric.earlier;

import dev.weft.fabric.manifest.Reach;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.trace.TensorDigest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.TreeMap;

/** What two frames must have in common for the answer to one to be given to the other. */
final class Likeness {

  private static final String TENANT = "tenant";
  private static final String SESSION = "session";

  private Likeness() {}

  /**
   * What the answer to a request is found by; reads every byte of its inputs if it goes by them.
   *
   * @return empty if it goes by sessions and the request is of none
   */
  static Optional<AnswerCache.Key> of(Reach.Cached.By by, Request request) {
    var tenant = request.attributes().getOrDefault(TENANT, "");
    return switch (by) {
      case SESSION ->
          Optional.ofNullable(request.attributes().get(SESSION))
              .map(session -> new AnswerCache.Key(tenant, session));
      case INPUTS -> Optional.of(new AnswerCache.Key(tenant, inputs(request)));
    };
  }

  /**
   * SHA-256 of the inputs by name, of what is said to be unpaired, and of all attributes but the
   * tenant: signals and places decide an answer as inputs do, and the session does where gates,
   * splits or trials stick to it.
   */
  private static String inputs(Request request) {
    var text = new StringBuilder();
    new TreeMap<>(request.inputs())
        .forEach((name, tensor) -> line(text, name, TensorDigest.of(tensor)));
    request.unpaired().forEach(name -> line(text, name, ""));
    var attributes = new TreeMap<>(request.attributes());
    attributes.remove(TENANT);
    attributes.forEach((name, value) -> line(text, name, "=" + value));
    return TensorDigest.of(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Lengths lead, so that no two lists of texts read alike. */
  private static void line(StringBuilder text, String name, String value) {
    text.append(name.length()).append(' ').append(value.length()).append(' ');
    text.append(name).append(value).append('\n');
  }
}
