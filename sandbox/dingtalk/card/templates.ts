import { list, object, optional, text } from '../../kernel/shape.js';
import { type Route, readJson } from '../api.js';
import { Refusal } from '../refusal.js';
import type { Tenant } from '../tenant.js';
import type { App } from '../world.js';
import type { Template } from './card.js';
import { BadTemplate, readTemplate } from './template.js';

const PERMISSION = 'Card.Template.ReadWrite.All';

const string = optional(text());
const creating = object({ name: string, type: string, extendType: string, appId: string, creatorId: string });
const saving = object({ templateId: string, name: string, templateSource: string });
const querying = object({ templateIds: optional(list(text())) });
const removing = object({ templateId: string });

/**
 * Templates over the API, which has no page of its own: the shapes are those of the official SDK (`card_1_0`), what is
 * refused is this sandbox's reading. A published template is locked, as in the editor (faq-card).
 */
export const templateRoutes = (tenant: Tenant): Route[] => [
  {
    ...{ method: 'POST', pattern: '/v1.0/card/templates', permission: PERMISSION },
    handle: ({ app, request }) => {
      const { name, type, extendType } = readJson(request, creating);
      if (!name || !type || !extendType) throw new Refusal('param.empty', 'name, type and extendType');
      const template = { id: tenant.ids.template(), name, published: false, app: app.appKey };
      tenant.state.templates.put(template.id, template);
      return { success: true, data: { templateId: template.id } };
    },
  },
  {
    ...{ method: 'POST', pattern: '/v1.0/card/templates/save', permission: PERMISSION },
    handle: ({ app, request }) => {
      const given = readJson(request, saving);
      const template = own(tenant, app, given.templateId);
      write(tenant, template, given);
      return { success: true, data: { templateId: template.id } };
    },
  },
  {
    ...{ method: 'POST', pattern: '/v1.0/card/templates/publish', permission: PERMISSION },
    handle: ({ app, request }) => {
      const given = readJson(request, saving);
      const template = own(tenant, app, given.templateId);
      write(tenant, template, given);
      if (template.source === undefined) throw new Refusal('param.empty', 'templateSource');
      tenant.state.templates.put(template.id, { ...template, published: true });
      return { success: true, data: { templateId: template.id } };
    },
  },
  {
    ...{ method: 'GET', pattern: '/v1.0/card/templates', permission: PERMISSION },
    handle: ({ app, request }) => ({
      ...{ success: true },
      data: describe(own(tenant, app, request.query.get('templateId') ?? undefined)),
    }),
  },
  {
    ...{ method: 'POST', pattern: '/v1.0/card/templates/lists/query', permission: PERMISSION },
    handle: ({ app, request }) => {
      const { templateIds } = readJson(request, querying);
      if (!templateIds) throw new Refusal('param.empty', 'templateIds');
      const known = templateIds.flatMap((id) => tenant.state.templates.get(id) ?? []);
      return { success: true, data: known.filter((template) => isFor(template, app)).map(describe) };
    },
  },
  {
    ...{ method: 'POST', pattern: '/v1.0/card/templates/remove', permission: PERMISSION },
    handle: ({ app, request }) => {
      const template = own(tenant, app, readJson(request, removing).templateId);
      tenant.state.templates.delete(template.id);
      return { success: true, data: { templateId: template.id } };
    },
  },
];

const isFor = (template: Template, app: App): boolean => !template.app || template.app === app.appKey;

function own({ state }: Tenant, app: App, id: string | undefined): Template {
  if (!id) throw new Refusal('param.cardTemplateIdEmpty');
  const template = state.templates.get(id);
  if (!template || !isFor(template, app)) throw new Refusal('param.templateNotExist');
  return template;
}

function write(
  { state }: Tenant,
  template: Template,
  given: { name: string | undefined; templateSource: string | undefined },
): void {
  if (template.published) throw new Refusal('param.invalid', '发布后无法再次编辑');
  if (given.name) template.name = given.name;
  if (given.templateSource !== undefined) {
    try {
      readTemplate(given.templateSource);
    } catch (error) {
      if (error instanceof BadTemplate) throw new Refusal('param.invalid', error.message);
      throw error;
    }
    template.source = given.templateSource;
  }
  state.templates.put(template.id, template);
}

const describe = ({ id, name, source, published }: Template) => ({
  ...{ templateId: id, name, status: published ? 'PUBLISHED' : 'DRAFT' },
  ...(source === undefined ? {} : { templateSource: source }),
});
