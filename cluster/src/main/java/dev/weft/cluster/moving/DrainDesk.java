package dev.weft.cluster.moving;

import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.json.Json;
import dev.weft.fabric.problem.Cause;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Asked;
import dev.weft.link.exchange.Handler;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Has operators drain sites, see how that stands, and undo it. Asked with a JSON object of {@code
 * site}, {@code verb} and, to start, {@code to}; answers with one of how it stands, or of {@code
 * refused}, a sentence. It is asked over the data link, so by whom that lets in.
 */
public final class DrainDesk implements Handler {

  /** The kind of the requests. */
  public static final String KIND = "drain";

  /** Reaches whoever drains a site. */
  @FunctionalInterface
  public interface Controllers {
    CompletionStage<String> ask(SiteName site, String question);
  }

  private final Supplier<Set<SiteName>> sites;
  private final Function<SiteName, Optional<String>> elsewhere;
  private final Controllers controllers;

  /**
   * @param sites that have members
   * @param elsewhere why a site is not asked from here; empty if it is
   */
  public DrainDesk(
      Supplier<Set<SiteName>> sites,
      Function<SiteName, Optional<String>> elsewhere,
      Controllers controllers) {
    this.sites = sites;
    this.elsewhere = elsewhere;
    this.controllers = controllers;
  }

  /** What to ask to have all sessions of a site go to another one. */
  public static byte[] start(SiteName site, SiteName to) {
    return question(site, new DrainQuestion.Start(to));
  }

  /** What to ask to have them come back. */
  public static byte[] undo(SiteName site) {
    return question(site, new DrainQuestion.Undo());
  }

  /** What to ask to be told how it stands. */
  public static byte[] status(SiteName site) {
    return question(site, new DrainQuestion.Status());
  }

  private static byte[] question(SiteName site, DrainQuestion question) {
    return bytes(Json.write(DrainQuestion.object(site, question)));
  }

  @Override
  public CompletionStage<Answer> handle(Asked asked) {
    var question = new String(asked.payload(), StandardCharsets.UTF_8);
    return answer(question).thenApply(answer -> new Answer.Done(bytes(answer)));
  }

  private CompletionStage<String> answer(String question) {
    SiteName site;
    try {
      site = DrainQuestion.site(question);
      var _ = DrainQuestion.read(question);
    } catch (IllegalArgumentException e) {
      return refused(String.valueOf(e.getMessage()));
    }
    var known = sites.get();
    if (!known.contains(site)) {
      return refused(
          "site: '%s': unknown (expected: one of %s)"
              .formatted(
                  site,
                  new TreeSet<>(known)
                      .stream().map(SiteName::text).collect(Collectors.joining(", "))));
    }
    var other = elsewhere.apply(site);
    if (other.isPresent()) {
      return refused(other.get());
    }
    return controllers
        .ask(site, question)
        .exceptionallyCompose(
            problem ->
                problem instanceof TimeoutException
                        || problem.getCause() instanceof TimeoutException
                    ? refused(
                        "site '%s': none of its nodes answers (expected: one that is reached)"
                            .formatted(site))
                    : refused(Cause.words(problem)));
  }

  private static CompletionStage<String> refused(String why) {
    return CompletableFuture.completedFuture(DrainAnswer.refused(why));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
