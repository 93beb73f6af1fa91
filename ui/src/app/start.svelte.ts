/* Wiring: what happens when somebody has signed in, when the server reports a
   change, and when this tab goes away. */
import { untrack } from "svelte";
import { draftEventShape, jobAnswerShape, presentShape } from "../domain/desk-types.ts";
import { countsShape } from "../domain/types.ts";
import { get } from "../lib/fetch.ts";
import { bulk } from "./bulk.svelte.ts";
import { canned } from "./canned.svelte.ts";
import { clients } from "./clients.svelte.ts";
import { desk } from "./desk.svelte.ts";
import { drafts } from "./drafts.svelte.ts";
import { notices } from "./notices.svelte.ts";
import { presence } from "./presence.svelte.ts";
import { keymap } from "./keymap.svelte.ts";
import { listing } from "./listing.svelte.ts";
import { queue } from "./queue.svelte.ts";
import { router } from "./routes.svelte.ts";
import { savedViews } from "./saved.svelte.ts";
import { say } from "./say.svelte.ts";
import { here } from "./session.svelte.ts";
import { shared } from "./shared-drafts.svelte.ts";
import { shortcuts } from "./shortcuts.ts";
import { store } from "./store.svelte.ts";
import { stream, type Arrival } from "./stream.svelte.ts";
import { beat } from "./time.svelte.ts";
import { watchClocks } from "./thresholds.svelte.ts";

async function counts(): Promise<void> {
  store.counts = await get("/api/counts", countsShape, { background: true });
}

function arrived({ ticket, kinds, actor }: Arrival): void {
  savedViews.moved();
  listing.changed();
  if (actor === here.me || !kinds.some((k) => k.includes("mail") || k.includes("message"))) return;
  const t = store.ticket(ticket);
  if (t) say.announce(`${t.client.name}: ${t.subject}`);
}

/* What the desk's tools hear from the stream. */
function listenToDesk(): () => void {
  const stops = [
    presence.start(),
    stream.on("presence", (data) => {
      const { ticket, members } = presentShape(data, "presence");
      presence.heard(ticket, members);
    }),
    stream.on("job", (data) => bulk.heard(jobAnswerShape(data, "job").job)),
    stream.on("draft", (data) => {
      const { ticket, draft } = draftEventShape(data, "draft");
      shared.told(ticket, draft);
    }),
  ];
  void presence.load();
  void savedViews.load();
  void keymap.load();
  void desk.loadBrands().catch(() => undefined);
  return () => stops.forEach((stop) => stop());
}

function follow(): () => void {
  const session = here.session;
  if (!session) return () => undefined;
  beat.start();
  drafts.owner = session.member.id;
  stream.onTicket = arrived;
  stream.onClient = (id) => clients.changed(id);
  stream.onBye = () => void here.farewell();
  stream.onSettings = (what) => {
    if (what.includes("member")) void store.loadMembers().catch(() => undefined);
    if (what.includes("brand")) void desk.loadBrands().catch(() => undefined);
    if (what.includes("view")) void savedViews.load();
    if (what.includes("canned")) canned.changed();
    if (what.includes("agency")) void here.look().then(() => desk.load()).catch(() => undefined);
  };
  queue.signedOut = () => here.left();
  const stopNotices = notices.start();
  const stopTools = listenToDesk();
  stream.start(session.seq);
  queue.restore(session.member.id);
  void store.loadMembers().catch(() => undefined);
  void counts().catch(() => undefined);
  void desk.load().catch(() => undefined);
  return () => {
    stopNotices();
    stopTools();
    stream.stop();
  };
}

/* A sign-in link signs in, whoever is here already; everybody else is asked
   who they are. */
function arrive(): void {
  const { route } = router;
  if (route.at === "sign-in" && route.token !== null) here.where = "out";
  else void here.look();
}

export function start(): () => void {
  untrack(arrive);
  const stopKeys = shortcuts.start();
  const keep = () => drafts.keepAll();
  addEventListener("pagehide", keep);
  let stopStream: () => void = () => undefined;
  const stopRoot = $effect.root(() => {
    $effect(() => {
      if (here.where !== "in") return undefined;
      stopStream = untrack(follow);
      return () => stopStream();
    });
    $effect(() => {
      if (store.era > 0) untrack(() => void counts().catch(() => undefined));
    });
    watchClocks();
  });
  return () => {
    stopKeys();
    stopRoot();
    removeEventListener("pagehide", keep);
  };
}
