package dev.weft.app.demo;

import dev.weft.app.demo.Visit.Span;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Skipped;
import dev.weft.fabric.pipeline.Timings;
import java.util.ArrayList;
import java.util.List;

/**
 * What the kiosk made of one visit.
 *
 * @param speech highest voice probability
 * @param intent the nearest intent
 * @param intentScore its cosine similarity
 */
record Seen(
    Visit visit,
    List<String> text,
    float speech,
    List<Span> segments,
    String intent,
    float intentScore,
    List<Skipped> skipped,
    Timings timings) {

  Seen {
    text = List.copyOf(text);
    segments = List.copyOf(segments);
    skipped = List.copyOf(skipped);
  }

  static Seen of(Visit visit, Answer.Completed answer) {
    return new Seen(
        visit,
        answer.output("text").toStrings(),
        answer.output("speech").toFloats()[0],
        spans(answer.output("segments").toFloats()),
        answer.output("intent").toStrings().getFirst(),
        answer.output("intentScore").toFloats()[0],
        answer.skipped(),
        answer.timings());
  }

  double characterError() {
    return Marks.characterError(visit.picture().lines(), text);
  }

  boolean isReadRight() {
    return characterError() <= Marks.CHARACTER_ERROR_MAX;
  }

  boolean isHeardRight() {
    return Marks.heardRight(visit.clip().speech(), segments);
  }

  boolean isUnderstoodRight() {
    return intent.equals(visit.sentence().intent());
  }

  boolean isRight() {
    return isReadRight() && isHeardRight() && isUnderstoodRight();
  }

  private static List<Span> spans(float[] bounds) {
    var spans = new ArrayList<Span>();
    for (var i = 0; i + 1 < bounds.length; i += 2) {
      spans.add(new Span(bounds[i], bounds[i + 1]));
    }
    return spans;
  }
}
