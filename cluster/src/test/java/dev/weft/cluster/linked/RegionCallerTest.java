package dev.weft.cluster.linked;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.cluster.fact.FactBook;
import dev.weft.cluster.fact.FactsCodec;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Reason;
import dev.weft.link.exchange.Request;
import dev.weft.link.identity.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RegionCallerTest {

  private final FactBook facts = new FactBook(Duration.ofSeconds(5), 100, () -> 0);
  private final List<String> asked = new ArrayList<>();
  private final List<NodeFacts> told = new ArrayList<>();
  private final List<CompletableFuture<Answer>> answers = new ArrayList<>();
  private final RegionCaller caller = caller(facts::told);

  private RegionCaller caller(Consumer<NodeFacts> heard) {
    return new RegionCaller(
        new LinkedSettings(
            List.of(Address.of("hub:2"), Address.of("spoke:2")),
            false,
            3,
            2,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1)),
        facts,
        () -> Map.of(Told.SHOP, Set.of("till:1", "door:1")),
        this::answer,
        heard);
  }

  private CompletableFuture<Answer> answer(Address address, Request request) {
    asked.add(address.name().orElse("unnamed") + " at " + address);
    told.addAll(FactsCodec.readAll(request.payload()));
    var answer = new CompletableFuture<Answer>();
    answers.add(answer);
    return answer;
  }

  private void tell(long sequence) {
    caller.told(Told.with(Told.SHOP, "till", Told.state(sequence, Set.of())));
  }

  private static Answer regions(NodeFacts... nodes) {
    return new Answer.Done(FactsCodec.write(List.of(nodes)));
  }

  @Test
  void tellsWithTheMembersOfItsSiteAndKeepsTheRegionsNodes() {
    tell(1);
    assertEquals(Set.of("till:1", "door:1"), told.getFirst().state().linkedMembers());
    answers.getFirst().complete(regions(Told.node(Told.REGION, "hub", 1)));
    assertEquals(1, facts.linkedCount());
  }

  @Test
  void goesOnAskingWhoAnswersByTheNameThatHeTold() {
    tell(1);
    answers.getLast().complete(regions(Told.node(Told.REGION, "hub", 1)));
    tell(2);
    assertEquals(List.of("unnamed at hub:2", "hub.region at hub:2"), asked);
    assertEquals(Set.of(Address.of("hub:2").named("hub.region")), caller.kept());
  }

  @Test
  void asksTheNextAtOnceWhenOneDoesNotAnswerAndStaysThere() {
    tell(1);
    answers.getLast().complete(Answer.Refused.before(Reason.UNREACHABLE, "cut"));
    answers.getLast().complete(regions(Told.node(Told.REGION, "spoke", 1)));
    tell(2);
    assertEquals(
        List.of("unnamed at hub:2", "unnamed at spoke:2", "spoke.region at spoke:2"), asked);
  }

  @Test
  void asksEachOnceInARoundWhenNobodyAnswers() {
    tell(1);
    answers.getLast().complete(Answer.Refused.before(Reason.UNREACHABLE, "cut"));
    answers.getLast().complete(Answer.Refused.perhapsAfter(Reason.TIMED_OUT, "slow"));
    assertEquals(List.of("unnamed at hub:2", "unnamed at spoke:2"), asked);
    tell(2);
    assertEquals("unnamed at hub:2", asked.getLast());
  }

  @Test
  void tellsAgainAfterWhoHearsFailed() {
    var failing =
        caller(
            _ -> {
              throw new IllegalStateException("broken");
            });
    var own = Told.with(Told.SHOP, "till", Told.state(1, Set.of()));
    failing.told(own);
    answers.getLast().complete(regions(Told.node(Told.REGION, "hub", 1)));
    failing.told(own);
    assertEquals(List.of("unnamed at hub:2", "unnamed at hub:2"), asked);
  }

  @Test
  void waitsForAnAnswerBeforeItTellsMore() {
    tell(1);
    tell(2);
    assertEquals(1, asked.size());
    answers.getLast().complete(regions());
    tell(3);
    assertEquals(3, told.getLast().state().sequence());
  }

  @Test
  void takesOfAnAnswerTheNodesThatAreTheRegions() {
    tell(1);
    answers
        .getLast()
        .complete(regions(Told.node(Told.SHOP, "other", 1), Told.node(Told.REGION, "hub", 1)));
    assertEquals(
        List.of("region/hub"), facts.all().stream().map(each -> each.id().toString()).toList());
    assertEquals(1, asked.size(), "nobody else is asked");
  }

  @Test
  void takesNothingOfAnAnswerInWhichNoNodeIsTheRegions() {
    tell(1);
    answers.getLast().complete(regions(Told.node(Told.SHOP, "other", 1)));
    assertEquals(0, facts.linkedCount());
    assertEquals("unnamed at spoke:2", asked.getLast(), "another one is asked");
    answers.getLast().complete(new Answer.Done(new byte[] {1, 2, 3}));
    assertEquals(0, facts.linkedCount());
  }
}
