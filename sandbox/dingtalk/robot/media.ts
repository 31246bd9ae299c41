import type { Reply, Request } from '../../kernel/http.js';
import { readMultipart } from '../../kernel/multipart.js';
import { object, optional, text } from '../../kernel/shape.js';
import { type Call, type Route, readJson } from '../api.js';
import { OldRefusal, Refusal } from '../refusal.js';
import type { Tenant } from '../tenant.js';
import type { Resource } from '../world.js';
import { mimeOf } from './mime.js';
import { checkRobot } from './send.js';

const MB = 1024 * 1024;
/** Bytes. Source: upload-media-files. */
const sizes: Readonly<Record<string, number>> = {
  image: 20 * MB,
  voice: 2 * MB,
  video: 20 * MB,
  file: 20 * MB,
};
/** How long a download's address is good; the documents say only that it is temporary. */
const LINK_LIFE_MS = 30 * 60_000;
const downloading = object({ downloadCode: optional(text()), robotCode: optional(text()) });

/** Uploads, and what people sent to a robot. Source: upload-media-files, download-the-file-content-of-the-robot-receiving-message. */
export const mediaRoutes = (tenant: Tenant): Route[] => [
  { method: 'POST', pattern: '/media/upload', handle: (call) => upload(tenant, call) },
  {
    method: 'POST',
    pattern: '/v1.0/robot/messageFiles/download',
    permission: 'qyapi_robot_sendmsg',
    handle: ({ app, request }) => {
      const given = readJson(request, downloading);
      checkRobot(tenant, app, given.robotCode);
      const code = given.downloadCode ?? '';
      const known = tenant.state.downloads.get(code);
      if (!known || known.app !== app.appKey)
        throw new Refusal('invalidParameter.param.invalid', '参数不合法: downloadCode');
      tenant.state.downloads.put(code, { ...known, at: tenant.clock.now() });
      return { downloadUrl: `${tenant.base()}/dingtalk/files/${code}.file` };
    },
  },
];

function upload(tenant: Tenant, { app, request }: Call): Record<string, unknown> {
  const parts = readMultipart(request.headers['content-type'], request.body);
  const type =
    request.query.get('type') ?? parts?.find(({ name }) => name === 'type')?.body.toString('utf8') ?? '';
  const kind = kindOf(type);
  const media = parts?.find(({ name }) => name === 'media');
  const max = sizes[type];
  if (!kind || max === undefined) throw new OldRefusal(40004, '不合法的媒体文件类型');
  if (!media || media.body.length === 0) throw new OldRefusal(41005, '缺少多媒体文件数据');
  if (media.body.length > max) throw new OldRefusal(40006, '不合法的文件大小');
  const name = media.fileName ?? 'file';
  const resource = tenant.files.keep(media.body, {
    ...{ kind, name, mime: mimeOf(media.body, name) },
    owner: { kind: 'bot', id: app.appKey },
  });
  return { type, media_id: resource.key, created_at: tenant.clock.now() };
}

const kindOf = (type: string): Resource['kind'] | undefined =>
  (['image', 'voice', 'video', 'file'] as const).find((kind) => kind === type);

/** The bytes behind a download's address; its name ends in `.file`, whatever it is. */
export function downloadReply(tenant: Tenant, request: Request): Reply {
  const code = /^\/dingtalk\/files\/(\w+)\.file$/.exec(request.path)?.[1] ?? '';
  const known = tenant.state.downloads.get(code);
  const resource = known && tenant.state.resources.get(known.resource);
  if (!resource || known.at < tenant.clock.now() - LINK_LIFE_MS)
    return { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' };
  const headers = {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${code}.file"`,
  };
  return { status: 200, headers, body: tenant.files.read(resource) };
}
