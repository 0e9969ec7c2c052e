import * as fc from 'fast-check';
import { transition } from '../../src/profiles/machine';
import type { Outcome, PresenceEvent, PresenceFacts, ProfileFacts, ProfileWorld } from '../../src/profiles/machine';

const [AVAILABLE, LUNCH, FOCUS, TEAMS, PINNED, FOREIGN] = [1, 2, 3, 4, 5, 6];
const facts: ProfileFacts[] = [
  { id: AVAILABLE, sticky: false, isEntitled: true },
  { id: LUNCH, sticky: false, isEntitled: true },
  { id: FOCUS, sticky: false, isEntitled: true },
  { id: TEAMS, sticky: true, isEntitled: true },
  { id: PINNED, sticky: true, isEntitled: true },
  { id: FOREIGN, sticky: false, isEntitled: false },
];
const world: ProfileWorld = { availableId: AVAILABLE, profiles: new Map(facts.map((p) => [p.id, p])) };
const profile = (id: number): ProfileFacts => facts[id - 1];

const at = (activeProfileId: number, previousProfileId: number | null = null): PresenceFacts => ({
  activeProfileId,
  previousProfileId,
  meeting: null,
});
const choose = (id: number): PresenceEvent => ({ kind: 'MANUAL', profile: profile(id) });
const on = (id: number): PresenceEvent => ({ kind: 'TIME_TRIGGER', effect: 'ACTIVATE', profile: profile(id) });
const off = (id: number): PresenceEvent => ({ kind: 'TIME_TRIGGER', effect: 'DEACTIVATE', profile: profile(id) });
const meet = (id: number | null, ...deactivates: number[]): PresenceEvent => ({
  kind: 'TEAMS_MEETING_START',
  activates: id === null ? null : profile(id),
  deactivates,
});
const over: PresenceEvent = { kind: 'TEAMS_MEETING_END' };
const removed = (profileId: number): PresenceEvent => ({ kind: 'PROFILE_DELETED', profileId });

/** Runs events one after the other and tells the outcome of the last and where it leads. */
function run(state: PresenceFacts, events: PresenceEvent[]) {
  const gone = new Set<number>();
  let last = transition(state, events[0], world);
  for (const event of events.slice(1)) {
    if (event.kind === 'PROFILE_DELETED') gone.add(event.profileId);
    const profiles = new Map([...world.profiles].filter(([id]) => !gone.has(id)));
    last = transition(last.state, event, { ...world, profiles });
  }
  return last;
}

describe('state machine of client profiles', () => {
  it.each<[string, PresenceFacts, PresenceEvent[], Outcome | null, number]>([
    ['manual', at(AVAILABLE), [choose(LUNCH)], 'APPLIED', LUNCH],
    ['manual, the active one', at(LUNCH), [choose(LUNCH)], 'ALREADY_ACTIVE', LUNCH],
    ['P19: manual, not allowed', at(LUNCH), [choose(FOREIGN)], 'NOT_ENTITLED', LUNCH],
    ['P6: manual, over a sticky one', at(PINNED), [choose(LUNCH)], 'APPLIED', LUNCH],

    ['P8: a trigger activates', at(AVAILABLE), [on(LUNCH)], 'APPLIED', LUNCH],
    ['P8: the active one', at(LUNCH), [on(LUNCH)], 'ALREADY_ACTIVE', LUNCH],
    ['P6: not over a sticky one', at(PINNED), [on(LUNCH)], 'SUPPRESSED_BY_STICKY', PINNED],
    ['P6: the sticky one itself', at(PINNED), [on(PINNED)], 'ALREADY_ACTIVE', PINNED],
    ['P19: a trigger not allowed', at(AVAILABLE), [on(FOREIGN)], 'NOT_ENTITLED', AVAILABLE],
    ['P19: not allowed, over a sticky one', at(PINNED), [on(FOREIGN)], 'NOT_ENTITLED', PINNED],

    ['P19: DEACTIVATE returns to the previous', at(LUNCH, FOCUS), [off(LUNCH)], 'APPLIED', FOCUS],
    ['P19: DEACTIVATE without a previous', at(LUNCH), [off(LUNCH)], 'APPLIED', AVAILABLE],
    ['P19: DEACTIVATE, previous no more allowed', at(LUNCH, FOREIGN), [off(LUNCH)], 'APPLIED', AVAILABLE],
    ['P19: DEACTIVATE, previous no more there', at(LUNCH, 99), [off(LUNCH)], 'APPLIED', AVAILABLE],
    ['P8: DEACTIVATE of another', at(LUNCH, FOCUS), [off(FOCUS)], null, LUNCH],
    ['P6: DEACTIVATE of a sticky one', at(PINNED, LUNCH), [off(PINNED)], 'SUPPRESSED_BY_STICKY', PINNED],
    [
      'P19: a return is no step to return from',
      at(AVAILABLE),
      [on(LUNCH), on(FOCUS), off(FOCUS), off(LUNCH)],
      'APPLIED',
      AVAILABLE,
    ],

    ['P10: a meeting starts', at(LUNCH), [meet(TEAMS)], 'APPLIED', TEAMS],
    ['P11: a meeting ends, the profile before returns', at(LUNCH), [meet(TEAMS), over], 'APPLIED', LUNCH],
    ['P6, P11: its own end overrides the sticky one', at(FOCUS), [meet(PINNED), over], 'APPLIED', FOCUS],
    ['P12: a trigger during it is suppressed', at(LUNCH), [meet(TEAMS), on(FOCUS)], 'SUPPRESSED_BY_STICKY', TEAMS],
    ['P12: and dropped', at(LUNCH), [meet(TEAMS), on(FOCUS), over], 'APPLIED', LUNCH],
    ['P13: a manual change cancels the return', at(LUNCH), [meet(TEAMS), choose(FOCUS), over], null, FOCUS],
    ['P13: also back to it', at(LUNCH), [meet(TEAMS), choose(FOCUS), choose(TEAMS), over], null, TEAMS],
    ['P13: a refused one does not', at(LUNCH), [meet(TEAMS), choose(FOREIGN), over], 'APPLIED', LUNCH],
    ['P6: a start over a sticky one', at(PINNED), [meet(TEAMS)], 'SUPPRESSED_BY_STICKY', PINNED],
    ['P6: its end changes nothing', at(PINNED), [meet(TEAMS), over], null, PINNED],
    ['P13: nor after a manual change', at(PINNED), [meet(TEAMS), choose(LUNCH), over], null, LUNCH],
    ['P19: a start not allowed', at(LUNCH), [meet(FOREIGN)], 'NOT_ENTITLED', LUNCH],
    ['the meeting profile is active already', at(TEAMS), [meet(TEAMS)], 'ALREADY_ACTIVE', TEAMS],
    ['and stays at the end', at(TEAMS, LUNCH), [meet(TEAMS), over], null, TEAMS],
    ['P13a: a second start is ignored', at(LUNCH), [meet(TEAMS), meet(FOCUS)], null, TEAMS],
    ['P13a: also after a suppressed one', at(PINNED), [meet(TEAMS), choose(LUNCH), meet(TEAMS)], null, LUNCH],
    ['P13a: the first end ends it', at(LUNCH), [meet(TEAMS), meet(TEAMS), over, over], null, LUNCH],
    ['P13a: an end without a start', at(LUNCH), [over], null, LUNCH],
    ['P13a: no matching profile', at(LUNCH), [meet(null)], null, LUNCH],
    ['P13a: no matching profile is no meeting', at(LUNCH), [meet(null), meet(TEAMS)], 'APPLIED', TEAMS],
    ['P13a: the next meeting', at(LUNCH), [meet(TEAMS), over, meet(TEAMS)], 'APPLIED', TEAMS],
    ['P8: a start deactivates', at(FOCUS, LUNCH), [meet(null, FOCUS)], 'APPLIED', LUNCH],
    ['P8: and its end returns', at(FOCUS, LUNCH), [meet(null, FOCUS), over], 'APPLIED', FOCUS],
    ['P8: not another one', at(LUNCH), [meet(null, FOCUS)], null, LUNCH],
    ['P6: nor a sticky one', at(PINNED, LUNCH), [meet(null, PINNED)], 'SUPPRESSED_BY_STICKY', PINNED],
    ['a trigger that replaced a meeting profile stays', at(LUNCH), [meet(FOCUS), on(AVAILABLE), over], null, AVAILABLE],

    ['P18: deletion returns to the previous', at(LUNCH, FOCUS), [removed(LUNCH)], 'APPLIED', FOCUS],
    ['P18: else to Available', at(LUNCH), [removed(LUNCH)], 'APPLIED', AVAILABLE],
    ['P18: also of a sticky one', at(PINNED, LUNCH), [removed(PINNED)], 'APPLIED', LUNCH],
    ['P18: of another changes nothing', at(LUNCH, FOCUS), [removed(FOCUS)], null, LUNCH],
    ['P18: of the previous one', at(LUNCH, FOCUS), [removed(FOCUS), removed(LUNCH)], 'APPLIED', AVAILABLE],
    ['P18: of what a meeting would return to', at(LUNCH), [meet(TEAMS), removed(LUNCH), over], 'APPLIED', AVAILABLE],
    ['P18: of the meeting profile', at(LUNCH), [meet(TEAMS), removed(TEAMS)], 'APPLIED', LUNCH],
    ['P18: whose end has no effect then', at(LUNCH), [meet(TEAMS), removed(TEAMS), over], null, LUNCH],
  ])('%s', (_, state, events, outcome, active) => {
    const { change, state: after } = run(state, events);
    expect([change?.outcome ?? null, after.activeProfileId]).toEqual([outcome, active]);
  });

  it('P11: after a meeting everything is as before', () => {
    expect(run(at(LUNCH, FOCUS), [meet(TEAMS), over]).state).toEqual(at(LUNCH, FOCUS));
  });

  it('P16: names the chains to run and what is recorded', () => {
    expect(transition(at(LUNCH), meet(TEAMS), world)).toEqual({
      state: {
        activeProfileId: TEAMS,
        previousProfileId: LUNCH,
        meeting: { profileId: TEAMS, returnToId: LUNCH, previousProfileId: null },
      },
      change: { cause: 'TEAMS_MEETING_START', outcome: 'APPLIED', fromId: LUNCH, toId: TEAMS },
      chains: { leaveId: LUNCH, enterId: TEAMS },
    });
    expect(transition(at(PINNED), on(LUNCH), world)).toEqual({
      state: at(PINNED),
      change: { cause: 'TIME_TRIGGER', outcome: 'SUPPRESSED_BY_STICKY', fromId: PINNED, toId: LUNCH },
      chains: null,
    });
  });

  it.each<[PresenceEvent['kind'], PresenceFacts, PresenceEvent[]]>([
    ['MANUAL', at(AVAILABLE), [choose(LUNCH)]],
    ['TIME_TRIGGER', at(AVAILABLE), [on(LUNCH)]],
    ['TEAMS_MEETING_START', at(AVAILABLE), [meet(TEAMS)]],
    ['TEAMS_MEETING_END', at(AVAILABLE), [meet(TEAMS), over]],
    ['PROFILE_DELETED', at(LUNCH), [removed(LUNCH)]],
  ])('records the cause %s', (cause, state, events) => {
    expect(run(state, events).change).toMatchObject({ cause, outcome: 'APPLIED' });
  });

  it('holds its rules after any events', () => {
    const id = fc.integer({ min: AVAILABLE, max: FOREIGN });
    const event = fc.oneof(
      id.map(choose),
      id.map(on),
      id.map(off),
      id.map((target) => meet(target)),
      id.map((target) => meet(null, target)),
      fc.constant(over),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        let state = at(AVAILABLE);
        for (const next of events) {
          const { state: after, change, chains } = transition(state, next, world);
          const isApplied = change?.outcome === 'APPLIED';
          expect(chains !== null).toBe(isApplied);
          expect(after.activeProfileId !== state.activeProfileId).toBe(isApplied);
          if (change) expect(change.fromId).toBe(state.activeProfileId);
          if (isApplied) expect([change.toId, chains?.enterId]).toEqual([after.activeProfileId, after.activeProfileId]);
          // P7: nobody ever gets a profile that is not for them.
          expect(after.activeProfileId).not.toBe(FOREIGN);
          // P6: only people and a meeting's end leave a sticky profile.
          if (isApplied && profile(state.activeProfileId).sticky)
            expect(['MANUAL', 'TEAMS_MEETING_END']).toContain(next.kind);
          state = after;
        }
      }),
    );
  });
});
