import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { rate, span } from "./figures/format.ts";
import type { Connection, Feed, LiveFeed } from "./live/feed.ts";
import { type Route, route, VIEWS } from "./route.ts";
import { Cluster } from "./views/cluster.tsx";
import { Credential } from "./views/credential.tsx";
import { Events } from "./views/events.tsx";
import { Flags } from "./views/flags.tsx";
import { Frames } from "./views/frames.tsx";
import { Node } from "./views/node.tsx";
import { Pipelines } from "./views/pipelines.tsx";
import { Rollouts } from "./views/rollouts.tsx";

function useFeed(live: LiveFeed): Feed {
  const [feed, setFeed] = useState(live.current());
  useEffect(() => live.listen(() => setFeed(live.current())), [live]);
  return feed;
}

function useRoute(): Route {
  const [at, setAt] = useState(route(location.hash));
  useEffect(() => {
    const changed = (): void => setAt(route(location.hash));
    window.addEventListener("hashchange", changed);
    return () => window.removeEventListener("hashchange", changed);
  }, []);
  return at;
}

/** The whole page: where one is, whether it is live, and the view. */
export function App({ live }: { live: LiveFeed }): JSX.Element {
  const feed = useFeed(live);
  const at = useRoute();
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = `${at.title} · Weft`;
    if (!isFirst.current) {
      main.current?.focus();
    }
    isFirst.current = false;
  }, [at.view]);
  const skip = (e: Event): void => {
    e.preventDefault();
    main.current?.focus();
  };
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        To the content
      </a>
      <header class="top">
        <a class="brand" href="#/pipelines">
          <img src="/ui/icon.svg" alt="" width="26" height="26" />
          <h1>Weft</h1>
        </a>
        <nav aria-label="Views">
          {VIEWS.map((view) => (
            <a
              key={view.view}
              href={`#/${view.view}`}
              aria-current={view.view === at.view ? "page" : undefined}
            >
              {view.title}
            </a>
          ))}
        </nav>
        <Status feed={feed} />
      </header>
      <main id="main" tabIndex={-1} ref={main} class={feed.connection.is === "lost" ? "stale" : ""}>
        {feed.connection.is === "lost" && feed.connection.wantsCredential ? (
          <Credential />
        ) : (
          <View at={at} feed={feed} />
        )}
      </main>
    </>
  );
}

function View({ at, feed }: { at: Route; feed: Feed }): JSX.Element {
  switch (at.view) {
    case "pipelines":
      return <Pipelines feed={feed} chosen={at.chosen} />;
    case "rollouts":
      return <Rollouts chosen={at.chosen} />;
    case "flags":
      return <Flags feed={feed} chosen={at.chosen} />;
    case "node":
      return <Node feed={feed} />;
    case "cluster":
      return <Cluster />;
    case "events":
      return <Events feed={feed} />;
    case "frames":
      return <Frames feed={feed} chosen={at.chosen} />;
  }
}

/** Whether what is shown is of now. What it says aloud changes only with the connection. */
function Status({ feed }: { feed: Feed }): JSX.Element {
  const { connection, snapshot } = feed;
  const all = (snapshot?.pipelines ?? []).reduce((sum, each) => sum + each.perSecond, 0);
  return (
    <div class={`status ${connection.is}`}>
      <i aria-hidden="true" />
      <span role="status">{said(connection)}</span>
      {connection.is === "live" && <span class="soft">{rate(all)}</span>}
      {connection.is === "lost" && (
        <span class="soft">{`for ${span((Date.now() - connection.since) / 1000)}`}</span>
      )}
    </div>
  );
}

function said(connection: Connection): string {
  switch (connection.is) {
    case "connecting":
      return "Connecting";
    case "live":
      return "Live";
    case "lost":
      return `Not live: ${connection.why}`;
  }
}
