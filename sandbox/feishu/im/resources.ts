import type { Request } from '../../kernel/http.js';
import { type Part, readMultipart } from '../../kernel/multipart.js';
import type { Call, Result, Route } from '../api.js';
import { sniffImage } from '../image.js';
import { Refusal, refuse } from '../refusal.js';
import type { Tenant } from '../tenant.js';
import type { Resource } from '../world.js';
import { chatOf } from './messages.js';

const IMAGE_BYTES_MAX = 10 * 1024 * 1024;
const FILE_BYTES_MAX = 30 * 1024 * 1024;
const fileTypes = ['opus', 'mp4', 'pdf', 'doc', 'xls', 'ppt', 'stream'];
const uploading = ['im:resource', 'im:resource:upload'];

/** Uploads and downloads. Source: 上传图片, 下载图片, 上传文件, 下载文件, 获取消息中的资源文件. */
export function resourceRoutes(tenant: Tenant): Route[] {
  return [
    {
      method: 'POST',
      pattern: '/open-apis/im/v1/images',
      scopes: uploading,
      handle: (call) => uploadImage(tenant, call),
    },
    {
      method: 'POST',
      pattern: '/open-apis/im/v1/files',
      scopes: uploading,
      handle: (call) => uploadFile(tenant, call),
    },
    {
      method: 'GET',
      pattern: '/open-apis/im/v1/images/:key',
      handle: (call) => download(tenant, call, 'image'),
    },
    {
      method: 'GET',
      pattern: '/open-apis/im/v1/files/:key',
      handle: (call) => download(tenant, call, 'file'),
    },
    {
      method: 'GET',
      pattern: '/open-apis/im/v1/messages/:message_id/resources/:key',
      scopes: ['im:message', 'im:message:readonly', 'im:message.history:readonly'],
      handle: (call) => messageResource(tenant, call),
    },
  ];
}

function uploadImage(tenant: Tenant, { app, request }: Call): Result {
  const parts = partsOf(request);
  const type = parts.get('image_type')?.body.toString('utf8');
  const image = parts.get('image');
  if ((type !== 'message' && type !== 'avatar') || !image)
    refuse(234001, 'image_type and image are required');
  if (image.body.length === 0) refuse(234010);
  if (image.body.length > IMAGE_BYTES_MAX) refuse(234006);
  const picture = sniffImage(image.body);
  if (!picture) refuse(234011);
  const side = type === 'avatar' ? 4096 : picture.mime === 'image/gif' ? 2000 : 12000;
  if ((picture.width ?? 0) > side || (picture.height ?? 0) > side) {
    throw new Refusal(234039, 'Image resolution exceeds limit.');
  }
  const kept = tenant.files.keep(image.body, {
    kind: 'image',
    name: image.fileName ?? 'image',
    mime: picture.mime,
    owner: { kind: 'bot', id: app.appId },
  });
  return { data: { image_key: kept.key } };
}

function uploadFile(tenant: Tenant, { app, request }: Call): Result {
  const parts = partsOf(request);
  const fileType = parts.get('file_type')?.body.toString('utf8') ?? '';
  const name = parts.get('file_name')?.body.toString('utf8');
  const file = parts.get('file');
  if (!fileTypes.includes(fileType)) refuse(234001, `file_type: ${fileTypes.join(', ')}`);
  if (!name || !file) refuse(234001, 'file_name and file are required');
  if (file.body.length === 0) refuse(234010);
  if (file.body.length > FILE_BYTES_MAX) refuse(234006);
  const kept = tenant.files.keep(file.body, {
    kind: 'file',
    name,
    mime: 'application/octet-stream',
    fileType,
    owner: { kind: 'bot', id: app.appId },
  });
  return { data: { file_key: kept.key } };
}

function partsOf(request: Request): Map<string, Part> {
  const parts = readMultipart(request.headers['content-type'], request.body);
  if (!parts) refuse(234001, 'a multipart/form-data body is required');
  return new Map(parts.map((part) => [part.name, part]));
}

function download(tenant: Tenant, { app, request }: Call, kind: Resource['kind']): Result {
  const resource = tenant.state.resources.get(request.params.key ?? '');
  if (resource?.kind !== kind) refuse(234005);
  if (resource.owner.kind !== 'bot' || resource.owner.id !== app.appId) refuse(234008);
  return fileOf(tenant, resource);
}

function messageResource(tenant: Tenant, { app, request }: Call): Result {
  const type = request.query.get('type');
  if (type !== 'image' && type !== 'file') refuse(234001, 'type: image or file');
  const message = tenant.state.message(request.params.message_id ?? '');
  if (!message) throw new Refusal(99992354, `these ids not existed: [${request.params.message_id}]`);
  if (!chatOf(tenant, message).apps.includes(app.appId)) refuse(234004);
  if (message.recalled) throw new Refusal(230110, 'Action unavailable as the message has been deleted.');
  if (message.type === 'interactive' || message.type === 'sticker') {
    throw new Refusal(234043, 'Unsupported message type.');
  }
  const key = request.params.key ?? '';
  const resource = tenant.state.resources.get(key);
  if (!resource || !message.content.includes(JSON.stringify(key))) refuse(234003);
  return fileOf(tenant, resource);
}

const fileOf = (tenant: Tenant, resource: Resource): Result => ({
  file: tenant.files.read(resource),
  mime: resource.mime,
  name: resource.name,
});
