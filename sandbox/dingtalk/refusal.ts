/** An API call refused. How it is written depends on the API: see `gateway.ts`. */
export abstract class Refused extends Error {}

/**
 * The way of `api.dingtalk.com`: an HTTP status, `{code, message, requestid}`.
 * `detail` goes into `accessdenieddetail`. Source: server-api-error-codes-1.
 */
export class Refusal extends Refused {
  constructor(
    readonly code: string,
    message: string = code,
    readonly status = 400,
    readonly detail?: Record<string, unknown>,
  ) {
    super(message);
  }
}

/**
 * The way of `oapi.dingtalk.com`: HTTP 200, `{errcode, errmsg, request_id}`. With `sub`, as the `topapi` paths have it
 * for what concerns the caller: errcode 88, and the reason under `sub_code` and `sub_msg`.
 */
export class OldRefusal extends Refused {
  constructor(
    readonly errcode: number,
    readonly errmsg: string,
    readonly sub = false,
  ) {
    super(errmsg);
  }
}

export const permissionMissing = (permission: string): Refusal =>
  new Refusal(
    'Forbidden.AccessDenied.AccessTokenPermissionDenied',
    `应用尚未开通所需的权限：[${permission}]`,
    403,
    { requiredScopes: [permission] },
  );

const newNames: Readonly<Record<number, string>> = {
  40014: 'InvalidAuthentication',
  42001: 'InvalidAuthentication',
  60011: 'Forbidden.AccessDenied.AccessTokenPermissionDenied',
  60020: 'Forbidden.AccessDenied.IpNotInWhiteList',
  90002: 'Forbidden.AccessDenied.QpsLimitForApi',
  90018: 'Forbidden.AccessDenied.QpsLimitForAppkeyAndApi',
  90020: 'Forbidden.AccessDenied.ApiCountLimitForOrg',
};

/** What the new host calls one of the old host's numbers. Source: server-api-error-codes-1. */
export const newNameOf = (errcode: number): string => newNames[errcode] ?? 'system.error';
