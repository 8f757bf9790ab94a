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
      case Route.Infer(_, _), Route.Generate(_, _, _) -> Right.INFER;
      // Each caller sees and has those of his tenant only.
      case RegionRoute _ -> Right.INFER;
      case Route.LogSettings() -> Right.OBSERVE;
      case Route.ChangeLogSettings() -> Right.OPERATE;
      case TraceRoute.Show(_, _) -> Right.OBSERVE;
      case TraceRoute.Change(_, _), RepositoryRoute _ -> Right.OPERATE;
      // The page holds no figures; what it asks for does.
      case DashboardFile(_) -> Right.OPEN;
      // Who may know what is served may know whether a part of it would run for him.
      case Ofrep _ -> Right.MODELS;
      case Operation.ChangeRollout(_, _), Operation.SetFlag(_), Operation.Replay(_) ->
          Right.OPERATE;
      case Operation _ -> Right.OBSERVE;
    };
  }
}
