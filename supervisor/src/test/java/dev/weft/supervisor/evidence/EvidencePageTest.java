package dev.weft.supervisor.evidence;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.supervisor.gate.Verdict;
import dev.weft.supervisor.rollout.Judgement;
import dev.weft.supervisor.rollout.RolloutEvent;
import dev.weft.supervisor.rollout.RolloutPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the page says of the frames that a verdict rests on. */
class EvidencePageTest {

  private static final Instant AT = Instant.parse("2026-06-01T12:00:00Z");
  private static final RolloutPlan PLAN =
      new RolloutPlan(
          "score",
          "int8",
          "ab".repeat(32),
          List.of(
              new RolloutPlan.Step(0, 10_000, Duration.ZERO),
              new RolloutPlan.Step(10_000, 0, Duration.ZERO)),
          Duration.ofMinutes(1),
          RolloutPlan.Inconclusive.PAUSE,
          new RolloutPlan.Watch(Duration.ZERO, 0),
          "");

  @Test
  void countsReplayedFramesApartAndTellsWhyOthersWereNotUsed() {
    var page = page(new Judgement.Frames(11, 22, 33, 44, 55), List.of("2 <frames> were not used"));

    assertTrue(page.contains("<td>11</td><td>22</td><td>33</td><td>44</td><td>55</td></tr>"), page);
    assertTrue(page.contains("<li>shadow: 2 &lt;frames&gt; were not used"), page);
    assertTrue(page.contains("<code>visit-7/2/41 (replayed): js 0.4"), page);
  }

  @Test
  void hasNoNotesWhereThereIsNothingToNote() {
    assertFalse(page(new Judgement.Frames(1, 2, 3, 4), List.of()).contains("<li>shadow"));
  }

  @Test
  void saysWhatAPromotionRestsOn() {
    var unseen = completed(Verdict.INSUFFICIENT);

    assertTrue(ending(promoted(""), completed(Verdict.PASS)).contains("Promoted.</span> passed"));
    assertTrue(
        ending(promoted(""), unseen).contains("Promoted on evidence, and not checked after that"));
    assertTrue(
        ending(promoted("no time"), unseen)
            .contains("Promoted without the evidence, at an accepted risk.</span> passed"));
  }

  private static RolloutEvent promoted(String risk) {
    return new RolloutEvent.Promoted(risk, AT);
  }

  private static RolloutEvent completed(Verdict verdict) {
    var frames = new Judgement.Frames(1, 2, 3, 4);
    return new RolloutEvent.Completed(
        new Judgement(verdict, List.of(), frames, List.of(), "passed"), AT);
  }

  private static String ending(RolloutEvent... events) {
    var entries = new ArrayList<Entry>();
    for (var event : events) {
      var before = entries.isEmpty() ? Entry.NONE_BEFORE : entries.getLast().hash();
      var body = Bodies.of(event, PLAN);
      entries.add(new Entry(entries.size() + 1, AT, Bodies.kind(event), body, before));
    }
    return new EvidencePage(entries).html();
  }

  private static String page(Judgement.Frames frames, List<String> notes) {
    var judgement =
        new Judgement(
            Verdict.PASS,
            List.of(),
            frames,
            List.of("visit-7/2/41 (replayed): js 0.4 of 'y'"),
            "passed",
            notes);
    var started = new RolloutEvent.Started(1, PLAN, "fp32", AT);
    var judged = new RolloutEvent.StepJudged(0, 1, judgement, AT.plusSeconds(9));
    var first = new Entry(1, AT, Bodies.kind(started), Bodies.of(started, PLAN), Entry.NONE_BEFORE);
    var second =
        new Entry(2, judged.at(), Bodies.kind(judged), Bodies.of(judged, PLAN), first.hash());
    return new EvidencePage(List.of(first, second)).html();
  }
}
