/**
 * In what ways a call to a platform can fail, as the platforms' documents list them for each kind of call: refusals by their
 * codes, limits, failures of the server, and a network that loses the question or the answer.
 */

/** A fault as the sandbox is ordered it (sandbox/README.md); or every token of the app dies before the call. */
export interface Way {
  name: string;
  fault?: Record<string, unknown>;
  expires?: boolean;
  /** Why more than a minute is due to the platform: what the cards say is not looked at before the end. */
  later?: string;
}

export type Platform = 'feishu' | 'dingtalk' | 'wecom';

/** What a call does, as far as the documents list refusals of its own for it. */
export type Doing = 'card' | 'text' | 'redraw' | 'token' | 'callback';

const network: readonly Way[] = [
  { name: 'the answer is lost', fault: { kind: 'timeout-after-effect', ms: 50 } },
  { name: 'the connection is cut', fault: { kind: 'drop-before-effect', ms: 0 } },
  { name: 'slow', fault: { kind: 'latency', ms: 1_200 } },
];
const statuses: readonly Way[] = [500, 502, 503, 504].map((status) => ({
  name: `HTTP ${status}`,
  fault: { kind: 'status', status },
}));
const tooMany: Way = { name: 'HTTP 429', fault: { kind: 'status', status: 429 } };
const expired: Way = { name: 'the token is expired', expires: true };

const code = (number: number, status?: number): Way => ({
  name: `code ${number}${status ? ` with HTTP ${status}` : ''}`,
  fault: { kind: 'code', code: number, ...(status && { status }) },
});
const named = (name: string, status = 400): Way => ({ name, fault: { kind: 'code', name, status } });
const month = 'what the enterprise may have in a month is used up';
const window = 'who is blocked stays so for as long as the limit is counted, a minute at least';

const feishuCommon = [
  code(99991400, 429),
  code(99991400),
  { ...code(99991403), later: month },
  ...[99991401, 99991661, 99991663, 99991672, 99991662, 99991673, 99992354, 99992402, 230001, 230006].map(
    (one) => code(one),
  ),
];
const feishuSend = [
  230002, 230013, 230018, 230020, 230022, 230027, 230028, 230029, 230035, 230049, 230053, 232009,
];
const feishu: Record<Doing, readonly Way[]> = {
  card: [...feishuCommon, ...[...feishuSend, 230025, 230054, 230099].map((one) => code(one))],
  text: [...feishuCommon, ...[...feishuSend, 230019, 230011, 230071, 230110].map((one) => code(one))],
  redraw: [...feishuCommon, ...[230011, 230020, 230025, 230031, 230099, 230110].map((one) => code(one))],
  token: [code(99991400, 429), code(10003), code(99991663)],
  callback: [],
};

const dingtalkCommon = [
  named('InvalidAuthentication', 401),
  named('Forbidden.AccessDenied.QpsLimitForAppkeyAndApi', 403),
  named('Forbidden.AccessDenied.QpsLimitForApi', 403),
  { ...named('Forbidden.AccessDenied.ApiCountLimitForOrg', 403), later: month },
  named('Forbidden.AccessDenied.AccessTokenPermissionDenied', 403),
  named('Forbidden.AccessDenied.IpNotInWhiteList', 403),
  named('system.busy', 500),
  named('system.error', 500),
];
const dingtalk: Record<Doing, readonly Way[]> = {
  card: [
    ...dingtalkCommon,
    ...['templateNotExist', 'templateUnpublished', 'contentUnsafe', 'invalid', 'userIdNotExist'].map((one) =>
      named(`param.${one}`),
    ),
  ],
  text: [
    ...dingtalkCommon,
    ...['send.too.fast', 'staffId.notExisted', 'chatbotId.notAllow.sendOTO', 'contain.notAllowed.text'].map(
      (one) => named(one),
    ),
    named('invalidParameter.msgParam.tooLong'),
  ],
  redraw: [
    ...dingtalkCommon,
    ...['cardNotExist', 'contentUnsafe', 'invalid', 'cardPublicDataEmpty'].map((one) =>
      named(`param.${one}`),
    ),
  ],
  token: [named('invalidParameter'), named('system.busy', 503)],
  callback: [],
};

const blocked: Way = { ...code(45009), later: window };
const wecomCommon = [
  blocked,
  ...[-1, 6000, 40014, 42001, 41001, 45033, 40056, 48002, 48006, 50003, 60020, 60031, 301002].map((one) =>
    code(one),
  ),
];
const wecom: Record<Doing, readonly Way[]> = {
  card: [
    ...wecomCommon,
    ...[40003, 60111, 81013, 40058, 42014, 42017, 43012, 45002, 40201].map((one) => code(one)),
  ],
  text: [...wecomCommon, ...[40003, 60111, 81013, 40058, 44004, 45002, 40201].map((one) => code(one))],
  redraw: [...wecomCommon, ...[42015, 42016, 42022, 40058, 40003].map((one) => code(one))],
  token: [code(-1), blocked, code(40001)],
  callback: [],
};

const callback: readonly Way[] = [
  { name: 'the answer is lost', fault: { kind: 'timeout-after-effect' } },
  { name: 'it never comes', fault: { kind: 'drop-before-effect' } },
  { name: 'it comes twice', fault: { kind: 'duplicate' } },
  { name: 'it comes late', fault: { kind: 'delay', ms: 2_500 } },
];

const listed: Record<Platform, Record<Doing, readonly Way[]>> = { feishu, dingtalk, wecom };

export function waysOf(platform: Platform, doing: Doing): readonly Way[] {
  if (doing === 'callback') return callback;
  const own = listed[platform][doing];
  return doing === 'token'
    ? [...own, ...network, ...statuses, tooMany]
    : [...own, ...network, ...statuses, tooMany, expired];
}
