package dev.weft.app.cluster;

import java.util.StringJoiner;

/**
 * How a node's records are kept, in a few words: who else has them, and whose it sends.
 *
 * @param node as {@code StatusDesk} writes it
 */
record StandbyText(Fields node) {

  String text() {
    var words = new StringJoiner("; ");
    if (node.object().containsKey("buffer")) {
      words.add(buffer(node.within("buffer")));
    }
    for (var mirrored : node.objects("mirrored")) {
      if (mirrored.isTrue("takingOver")) {
        words.add("taking over for " + mirrored.text("owner"));
      }
    }
    return words.toString();
  }

  private static String buffer(Fields buffer) {
    var standby = buffer.text("standby");
    var trouble = buffer.text("trouble");
    var why = trouble.isEmpty() ? "" : " (%s)".formatted(trouble);
    if (standby.isEmpty() || buffer.isTrue("alone")) {
      return "alone" + (standby.isEmpty() ? "" : ", without " + standby) + why;
    }
    var lag = buffer.text("lagMillis");
    return "%s %s, behind by %s numbers, %s bytes, %s%s"
        .formatted(
            buffer.isTrue("inStep") ? "also at" : "alone, followed by",
            standby,
            buffer.text("lagNumbers"),
            buffer.text("lagBytes"),
            lag.isEmpty() ? "? ms" : lag + " ms",
            why);
  }
}
