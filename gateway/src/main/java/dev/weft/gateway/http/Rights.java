package dev.weft.gateway.http;

import dev.weft.gateway.access.Right;

/** What each route needs: one table, so that none is forgotten. */
final class Rights {

  private Rights() {}

  static Right of(Route route) {
    return switch (route) {
      case Route.Live(), Route.Ready() -> Right.OPEN;
      case Route.Server(), Route.Index() -> Right.MODELS;
      case Route.Metadata(_, _), Route.ModelReady(_, _), Route.ModelConfig(_, _) -> Right.MODELS;
      case Route.AllStats(), Route.Stats(_, _) -> Right.OBSERVE;
      case Route.Infer(_, _) -> Right.INFER;
      // The page itself tells nothing; what it asks for has its own rights.
      case DashboardFile _ -> Right.OPEN;
      case Operation.Pipelines(),
          Operation.LiveStream(),
          Operation.RecentEvents(),
          Operation.RecentFrames(),
          Operation.Explain(_),
          Operation.Rollouts(),
          Operation.Rollout(_) ->
          Right.OBSERVE;
      case Operation.ChangeRollout(_, _) -> Right.OPERATE;
    };
  }
}
