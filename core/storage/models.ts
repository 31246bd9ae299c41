import pg from 'pg';
import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  Sequelize,
} from 'sequelize';
import type { PlatformName } from '../ports/bot.js';

/** Models of what is set up rather than said: what messages pass through is plain SQL on `Database`. */
export class TenantModel extends Model<InferAttributes<TenantModel>, InferCreationAttributes<TenantModel>> {
  declare id: string;
  declare name: string;
  declare locale: string;
  declare timeZone: string;
  declare robotName: string;
  declare createdAt: Date;
}

export class QueueModel extends Model<InferAttributes<QueueModel>, InferCreationAttributes<QueueModel>> {
  declare tenantId: string;
  declare id: string;
  declare name: string;
  declare confidential: CreationOptional<boolean>;
  declare assigns: CreationOptional<boolean>;
  declare createdAt: Date;
}

export class QueueMemberModel extends Model<
  InferAttributes<QueueMemberModel>,
  InferCreationAttributes<QueueMemberModel>
> {
  declare tenantId: string;
  declare queueId: string;
  declare memberId: string;
}

export class DeskModel extends Model<InferAttributes<DeskModel>, InferCreationAttributes<DeskModel>> {
  declare tenantId: string;
  declare queueId: string;
  declare workspaceId: string;
  declare place: 'topic' | 'group' | 'direct';
  declare chat: string | null;
}

export class WorkspaceModel extends Model<
  InferAttributes<WorkspaceModel>,
  InferCreationAttributes<WorkspaceModel>
> {
  declare tenantId: string;
  declare id: string;
  declare platform: PlatformName;
  declare name: string;
  declare address: string;
  declare appId: string;
  declare baseUrl: string;
  declare transport: 'http' | 'socket';
  declare hearsGroups: boolean;
  declare credentialsSealed: string;
  declare createdAt: Date;
}

export class AccountModel extends Model<
  InferAttributes<AccountModel>,
  InferCreationAttributes<AccountModel>
> {
  declare tenantId: string;
  declare id: string;
  declare channel: string;
  declare name: string;
  declare queueId: string;
  declare settingsSealed: string;
  declare createdAt: Date;
}

export class ArticleModel extends Model<
  InferAttributes<ArticleModel>,
  InferCreationAttributes<ArticleModel>
> {
  declare tenantId: string;
  declare id: string;
  declare question: string;
  declare similarQuestions: string[];
  declare answer: string;
  declare category: string[];
  declare audience: 'customer' | 'employee';
  declare createdAt: Date;
  declare updatedAt: Date;
}

// Made anew for each column: Sequelize writes the column's name into what it is given.
const key = () => ({ type: DataTypes.UUID, primaryKey: true });
const uuid = () => ({ type: DataTypes.UUID, allowNull: false });
const words = () => ({ type: DataTypes.TEXT, allowNull: false });
const list = () => ({ type: DataTypes.ARRAY(DataTypes.TEXT), allowNull: false });
const time = () => ({ type: DataTypes.DATE, allowNull: false });

/** Connects the models above. The tables themselves are the migrations' business: nothing is ever synchronised. */
export function connectSequelize(options: {
  url: string;
  max?: number;
  /** Gets each statement, never its values. */
  logging?: (sql: string) => void;
}): Sequelize {
  const { url, max = 3, logging } = options;
  const sequelize = new Sequelize(url, {
    dialect: 'postgres',
    dialectModule: pg,
    pool: { max, idle: 10_000, acquire: 10_000 },
    logging: logging ? (sql) => logging(sql) : false,
    logQueryParameters: false,
    define: { underscored: true, timestamps: false },
  });
  const at = (tableName: string) => ({ sequelize, tableName });
  TenantModel.init(
    {
      id: key(),
      name: words(),
      locale: words(),
      timeZone: words(),
      robotName: words(),
      createdAt: time(),
    },
    at('tenants'),
  );
  QueueModel.init(
    {
      tenantId: key(),
      id: key(),
      name: words(),
      confidential: { type: DataTypes.BOOLEAN, defaultValue: false },
      assigns: { type: DataTypes.BOOLEAN, defaultValue: false },
      createdAt: time(),
    },
    at('queues'),
  );
  QueueMemberModel.init({ tenantId: key(), queueId: key(), memberId: key() }, at('queue_members'));
  DeskModel.init(
    { tenantId: key(), queueId: key(), workspaceId: key(), place: words(), chat: DataTypes.TEXT },
    at('desks'),
  );
  WorkspaceModel.init(
    {
      tenantId: key(),
      id: key(),
      platform: words(),
      name: words(),
      address: words(),
      appId: words(),
      baseUrl: words(),
      transport: words(),
      hearsGroups: { type: DataTypes.BOOLEAN, allowNull: false },
      credentialsSealed: words(),
      createdAt: time(),
    },
    at('workspaces'),
  );
  AccountModel.init(
    {
      tenantId: key(),
      id: key(),
      channel: words(),
      name: words(),
      queueId: uuid(),
      settingsSealed: words(),
      createdAt: time(),
    },
    at('accounts'),
  );
  ArticleModel.init(
    {
      tenantId: key(),
      id: key(),
      question: words(),
      similarQuestions: list(),
      answer: words(),
      category: list(),
      audience: words(),
      createdAt: time(),
      updatedAt: time(),
    },
    at('articles'),
  );
  return sequelize;
}
