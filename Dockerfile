# One image for every role; ORDERLENS_ROLES says which of them a container runs.
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
# The start builds the portal when its sources changed; here they are built once, and the stamp says so.
RUN node --import tsx --input-type=module -e "const { buildPortal } = await import('./scripts/start/portal-build.ts'); await buildPortal()"
RUN npm prune --omit=dev

FROM node:20.20.2-bookworm-slim
ENV NODE_ENV=production ORDERLENS_DATA=/data API_HOST=0.0.0.0 UV_THREADPOOL_SIZE=16
WORKDIR /app
COPY --from=build /app ./
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 4200
# Started without npm in between, so that the stop signal reaches the process itself.
CMD ["node", "--max-semi-space-size=64", "--import", "tsx", "scripts/start.ts"]
